import type { Command } from './command.ts';
import { type CommandTable, describeCommands, runNamed } from './command.ts';

/** The commands that control a running simulator. */
const CONTROL: CommandTable = {
  status: {
    about: 'Show profile, limits, faults and buckets',
    load: async () => (await import('./simulate/status-commands.ts')).status,
  },
  fault: {
    about: 'Set, show or clear faults',
    load: async () => (await import('./simulate/fault.ts')).fault,
  },
  spend: {
    about: 'Spend pulls of an account or an address',
    load: async () => (await import('./simulate/bucket-commands.ts')).spend,
  },
  bucket: {
    about: 'Show, fill or limit the bucket of an account or an address',
    load: async () => (await import('./simulate/bucket-commands.ts')).bucket,
  },
  limit: {
    about: 'Show or change the limits of all clients',
    load: async () => (await import('./simulate/bucket-commands.ts')).limit,
  },
  profile: {
    about: 'Show or change how the hub behaves',
    load: async () => (await import('./simulate/settings-commands.ts')).profile,
  },
  account: {
    about: 'Show, add or remove accounts',
    load: async () => (await import('./simulate/settings-commands.ts')).account,
  },
  ledger: {
    about: 'Show the requests and their cost, or remove them',
    load: async () => (await import('./simulate/status-commands.ts')).ledger,
  },
};

/** Loads the simulator, which control commands do not need. */
async function loadHub(): Promise<Command> {
  const { serveHub } = await import('./simulate/serve-hub.ts');
  return serveHub(describeCommands(CONTROL));
}

/** `headroom simulate`: runs a simulated Docker Hub on this machine, or controls it. */
export const simulate: Command = {
  describe: async () => ({ ...(await (await loadHub()).describe()), commands: CONTROL }),
  run: (argv, context) =>
    runNamed(CONTROL, { run: async (own, given) => (await loadHub()).run(own, given) }, argv, context),
};

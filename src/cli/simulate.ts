import type { Command } from './command.ts';
import { type CommandTable, describeCommands, runNamed } from './command.ts';

/** What can be done to a simulator that runs. */
const CONTROL: CommandTable = {
  status: {
    about: 'Show everything at a glance',
    load: async () => (await import('./simulate/status-commands.ts')).status,
  },
  fault: {
    about: 'Set a fault, show those that are set, or clear them',
    load: async () => (await import('./simulate/fault.ts')).fault,
  },
  spend: {
    about: 'Spend pulls of an account or an address',
    load: async () => (await import('./simulate/bucket-commands.ts')).spend,
  },
  bucket: {
    about: 'Show what an account or an address has left, fill it, or give it limits of its own',
    load: async () => (await import('./simulate/bucket-commands.ts')).bucket,
  },
  limit: {
    about: 'Show or change the limits that hold for everybody',
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
    about: 'Show what was asked and what it cost, or empty it',
    load: async () => (await import('./simulate/status-commands.ts')).ledger,
  },
};

/** The simulator itself, which the control commands do without. */
async function loadHub(): Promise<Command> {
  const { serveHub } = await import('./simulate/serve-hub.ts');
  return serveHub(describeCommands(CONTROL));
}

/** `headroom simulate`: a Docker Hub of one's own on this machine, and control over it. */
export const simulate: Command = {
  describe: async () => ({ ...(await (await loadHub()).describe()), commands: CONTROL }),
  run: (argv, context) =>
    runNamed(CONTROL, { run: async (own, given) => (await loadHub()).run(own, given) }, argv, context),
};

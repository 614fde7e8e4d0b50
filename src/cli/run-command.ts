import type { Command, CommandContext } from './command.ts';
import { EXIT } from './command.ts';

/** Every command by its name. Each is loaded when it is called: what it does not need costs it nothing. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  simulate: async () => (await import('./simulate.ts')).simulate,
  demo: async () => (await import('./demo.ts')).demo,
};

/** Runs the command that the arguments name, `serve` when they name none. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  const [first] = argv;
  const isNamed = first !== undefined && !first.startsWith('-');
  const load = COMMANDS[isNamed ? first : 'serve'];
  if (!load) {
    const known = Object.keys(COMMANDS).join(', ');
    context.stderr.write(`Unknown command: ${first}. Allowed: ${known}\n`);
    return EXIT.badUsage;
  }
  const command = await load();
  return command.run(isNamed ? argv.slice(1) : argv, context);
}

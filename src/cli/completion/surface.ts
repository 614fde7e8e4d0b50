import type { FlagRule } from '../../config/flags.ts';
import type { CommandTable } from '../command.ts';

/** The words that may follow a command. `path` is empty for `headroom` itself. */
export interface Surface {
  /** The command with its parents: `simulate fault`. */
  readonly path: string;
  /** Its subcommands. */
  readonly commands: readonly NamedCommand[];
  /** The allowed values of its operand, if they are a closed set. */
  readonly words: readonly string[];
  readonly flags: readonly FlagRule[];
}

/** A command with its description. */
export interface NamedCommand {
  readonly name: string;
  readonly about: string;
}

/** How a shell completes the value of a flag. */
export type ValueKind = 'none' | 'choice' | 'path' | 'unknown';

/** Names of values that are paths. */
const PATHS = new Set(['FILE', 'FOLDER']);
const HELP: NamedCommand = { name: 'help', about: 'Print the help text of a command' };

/**
 * Returns the words that may follow each command, at every level.
 * @param own the flags of `headroom` without a command
 */
export async function surfaceOf(table: CommandTable, own: readonly FlagRule[]): Promise<readonly Surface[]> {
  return [{ path: '', commands: namesIn(table), words: [], flags: own }, ...(await below('', table))];
}

/** Returns how the value of a flag is completed. */
export function valueKind({ value, choices }: FlagRule): ValueKind {
  if (value === undefined) return 'none';
  if (choices) return 'choice';
  return PATHS.has(value) ? 'path' : 'unknown';
}

async function below(prefix: string, table: CommandTable): Promise<Surface[]> {
  const surfaces: Surface[] = [];
  for (const [name, { load }] of Object.entries(table)) {
    const command = await load();
    const { flags, commands, words = [] } = await command.describe();
    const path = `${prefix}${name}`;
    surfaces.push({ path, commands: commands ? namesIn(commands) : [], words, flags });
    if (commands) surfaces.push(...(await below(`${path} `, commands)));
  }
  return surfaces;
}

function namesIn(table: CommandTable): NamedCommand[] {
  return [...Object.entries(table).map(([name, { about }]) => ({ name, about })), HELP];
}

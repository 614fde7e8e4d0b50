import type { FlagRule } from '../../config/flags.ts';
import type { CommandTable } from '../command.ts';

/** What can be typed behind a command; `path` is empty for `headroom` itself. */
export interface Surface {
  /** The words that lead there: `simulate fault`. */
  readonly path: string;
  /** The commands below it. */
  readonly commands: readonly NamedCommand[];
  /** What else may stand there, where that is a closed set. */
  readonly words: readonly string[];
  readonly flags: readonly FlagRule[];
}

/** A command as a list of them has it. */
export interface NamedCommand {
  readonly name: string;
  readonly about: string;
}

/** What a value is, for a shell that is to complete it. */
export type ValueKind = 'none' | 'choice' | 'path' | 'unknown';

/** What the flags call a value that is a place in the file system. */
const PATHS = new Set(['FILE', 'FOLDER']);
const HELP: NamedCommand = { name: 'help', about: 'Print the help text of a command' };

/**
 * Everything that can be typed, read from the tables that the commands themselves are read by.
 * @param own the flags of `headroom` without a command
 */
export async function surfaceOf(table: CommandTable, own: readonly FlagRule[]): Promise<readonly Surface[]> {
  return [{ path: '', commands: namesIn(table), words: [], flags: own }, ...(await below('', table))];
}

/** What the value of a flag is. */
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

import { describeFlags, type FlagRule } from '../config/flags.ts';

/** What the help text of a command is made of. */
export interface HelpParts {
  /** The ways to call it, each without the program's name. */
  readonly usage: readonly string[];
  /** What it does, in sentences. */
  readonly about: string;
  readonly flags: readonly FlagRule[];
  /** Stands above the flags; `Flags` unless given. */
  readonly flagsTitle?: string;
  /** What else there is to know, below the flags; made only when it is to be read. */
  readonly notes?: (() => string | Promise<string>) | undefined;
}

/** The help text of a command, with a final newline. */
export async function helpText({
  usage,
  about,
  flags,
  flagsTitle = 'Flags',
  notes,
}: HelpParts): Promise<string> {
  const calls = usage.map((call, i) => `${i === 0 ? 'Usage:' : '      '} headroom ${call}`).join('\n');
  const sections = [
    calls,
    about,
    `${flagsTitle}:\n${describeFlags(flags)}`,
    ...(notes ? [await notes()] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

import type { Clock } from '../kit/clock.ts';
import type { CommandTable } from './command-table.ts';
import type { HelpParts } from './help-text.ts';

/** What a command is given by `main`, and a test gives in its place. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the standard input to its end, as UTF-8. */
  readonly readStdin: () => Promise<string>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stopSignal: AbortSignal;
  /** Calls the listener at each SIGHUP. */
  readonly onHangup: (listener: () => void) => void;
}

/** Where text goes. */
export interface TextSink {
  /** Whether a person sees it at a terminal; undefined: no. */
  readonly isTTY?: boolean | undefined;
  write(text: string): void;
}

/** Something that runs with arguments. */
export interface Runnable {
  /** Runs to its end; the result is the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** A command of `headroom`, which can say how it is called. */
export interface Command extends Runnable {
  /** What its help text, the reference and the completions of shells are made of. */
  describe(): CommandShape | Promise<CommandShape>;
}

/** How a command is called. */
export interface CommandShape extends HelpParts {
  /** What may stand behind it beside flags, where that is a closed set. */
  readonly words?: readonly string[];
  /** The commands below it. */
  readonly commands?: CommandTable;
}

/** Exit codes of `headroom`. 3 is left to commands for answers of their own. */
export const EXIT = { ok: 0, failed: 1, badUsage: 2, unforeseen: 4 } as const;

/** Settles when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

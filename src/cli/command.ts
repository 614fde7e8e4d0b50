import type { Clock } from '../domain/clock.ts';

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

/** A command of `headroom`. */
export interface Command {
  /** Runs to its end; the result is the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** Exit codes of `headroom`. */
export const EXIT = { ok: 0, failed: 1, badUsage: 2 } as const;

/** Settles when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

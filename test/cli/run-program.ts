import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../src/cli/command.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import type { Clock } from '../../src/kit/clock.ts';

/** What a command did. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way in this process. */
export interface Running {
  /** Resolves with the standard output as soon as it matches; rejects when the command ends before. */
  printed(pattern: RegExp): Promise<string>;
  /** The same for the standard error. */
  complained(pattern: RegExp): Promise<string>;
  /** Sends the stop signal, as SIGTERM does, and waits for the end. */
  stop(): Promise<Finished>;
  readonly finished: Promise<Finished>;
}

/** What a test may set. */
export interface RunOptions {
  readonly env?: CommandContext['env'];
  readonly clock?: Clock;
  /** What comes in by the standard input; nothing unless given. */
  readonly stdin?: string;
}

const CLOCK: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** Starts `headroom` in this process, with streams that are kept as text, and a cache folder of its own. */
export function start(
  argv: readonly string[],
  { env = {}, clock = CLOCK, stdin = '' }: RunOptions = {},
): Running {
  const stopping = new AbortController();
  let stdout = '';
  let stderr = '';
  const listeners: (() => void)[] = [];
  const hasWritten = () => {
    for (const listener of listeners) listener();
  };
  const cache = mkdtempSync(join(tmpdir(), 'headroom-cache-'));
  const finished = runCommand(argv, {
    env: { XDG_CACHE_HOME: cache, ...env },
    clock,
    readStdin: async () => stdin,
    stdout: {
      write(text) {
        stdout += text;
        hasWritten();
      },
    },
    stderr: {
      write(text) {
        stderr += text;
        hasWritten();
      },
    },
    random: () => 0.5,
    stopSignal: stopping.signal,
    onHangup: () => undefined,
  })
    .then((exitCode) => ({ exitCode, stdout, stderr }))
    .finally(() => rmSync(cache, { recursive: true, force: true }));
  const ended = finished.then((end) => {
    throw new Error(`The command has ended: ${JSON.stringify(end)}`);
  });
  ended.catch(() => undefined);
  function whenWritten(pattern: RegExp, read: () => string): Promise<string> {
    const written = new Promise<string>((resolve) => {
      const listener = () => {
        if (pattern.test(read())) resolve(read());
      };
      listeners.push(listener);
      listener();
    });
    return Promise.race([written, ended]);
  }
  return {
    finished,
    printed: (pattern) => whenWritten(pattern, () => stdout),
    complained: (pattern) => whenWritten(pattern, () => stderr),
    stop() {
      stopping.abort();
      return finished;
    },
  };
}

/** Runs `headroom` to its end. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return start(argv, options).finished;
}

/** The problems that a command line is refused with, without the line above them. */
export async function problemsOf(argv: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await run(argv);
  if (exitCode !== 2 || stdout !== '')
    throw new Error(`Not refused: ${JSON.stringify({ exitCode, stdout })}`);
  return stderr
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

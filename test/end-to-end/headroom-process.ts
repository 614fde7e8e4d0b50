import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** `headroom` as people run it, in a process of its own. */
export interface HeadroomProcess {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly output: { stdout: string; stderr: string };
  /** Its exit code, once it has ended and everything it wrote has arrived; null when a signal killed it. */
  readonly exited: Promise<number | null>;
  /** Waits until it listens; where it does. */
  url(): Promise<URL>;
  /** Asks it something. */
  get(path: string, init?: RequestInit): Promise<Response>;
}

const MAIN = resolve(import.meta.dirname, '../../dist/main.js');
/** How long anything may take on a busy machine, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Runs `headroom` with nothing in its environment but `PATH`, a place for its history, and what is given; it is killed when the test is over. */
export function runHeadroom(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): HeadroomProcess {
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing: run `npm run build`, or `npm test`');
  const own = { PATH: process.env.PATH, HEADROOM_HISTORY_PATH: join(temporaryFolder().path, 'headroom.db') };
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...own, ...env } });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const url = () =>
    eventually(() => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`Headroom has ended: ${output.stderr}`);
      const [line] = /^.*Headroom is listening.*$/m.exec(output.stderr) ?? [];
      const [text] = /http[^"\s]+/.exec(line ?? '') ?? [];
      if (text === undefined) throw new Error(`Headroom does not listen yet: ${output.stderr}`);
      return new URL(text);
    });
  return { child, output, exited, url, get: async (path, init) => fetch(new URL(path, await url()), init) };
}

/** Tries until it no longer throws. */
export function eventually<Value>(attempt: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 25 });
}

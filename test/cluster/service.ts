import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findProgram } from '../find-program.ts';

/** How long a program may take on a busy machine to start, or to show what was done, in milliseconds: 90 s. */
export const PATIENCE_MS = 90_000;
/** How long a program may take to end by itself before it is killed, in milliseconds. */
const STOP_TIMEOUT_MS = 5_000;

/** A running program that writes its messages to a file. */
export interface Service {
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Ends the programs that run when this process ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a program; its messages are in `FOLDER/NAME.log`.
 * @throws Error if it is not installed
 */
export function startService(
  folder: string,
  name: string,
  [program, ...args]: readonly [string, ...string[]],
): Service {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`Program is not installed: ${program}`);
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(path, args, {
    cwd: folder,
    // containerd and kubelets start others, such as runc and mount.
    env: { PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Tries until it no longer throws. Rejects with its last error after 90 seconds. */
export function eventually<Value>(attempt: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 200 });
}

/**
 * Kills the processes whose command line names a folder, with all that they started. containerd's shims and their
 * containers live on after it.
 */
export function killProcessesOf(folder: string): void {
  const parents = new Map<number, number>();
  const found = new Set<number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      // The name in parentheses may have spaces: the parent is the second field after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`)) found.add(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (found.has(pid) || isOurs(parents.get(pid)));
  for (const pid of [...parents.keys()].filter(isOurs)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Clock } from '../../../src/kit/clock.ts';
import { type Running, type RunOptions, start } from '../run-program.ts';

/** A `headroom simulate` that serves. */
export interface RunningHub {
  readonly hub: Running;
  /** What it has printed. */
  readonly guide: string;
  readonly url: string;
}

/** What the tests of a file run hubs with. */
export interface RunningHubs {
  /** A folder of this test alone. */
  readonly folder: string;
  /** Starts `headroom simulate` on a free port of loopback by default, and waits until it serves. */
  simulate(...flags: string[]): Promise<RunningHub>;
  /** The same, by a clock of the test's own. */
  simulateAt(clock: Clock, ...flags: string[]): Promise<RunningHub>;
}

const READY = /is at (https?:\/\/\S+)[\s\S]*headroom simulate status.*\n/;

/** Stops every hub after the test that has started it. */
export function useHubs(): RunningHubs {
  const running: Running[] = [];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headroom-simulate-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  async function begin(flags: readonly string[], options: RunOptions): Promise<RunningHub> {
    const listen = flags.some((flag) => flag.startsWith('--listen')) ? [] : ['--listen=127.0.0.1:0'];
    const hub = start(['simulate', ...listen, ...flags], options);
    running.push(hub);
    const guide = await hub.printed(READY);
    return { hub, guide, url: READY.exec(guide)?.[1] ?? '' };
  }

  return {
    get folder() {
      return folder;
    },
    simulate: (...flags) => begin(flags, {}),
    simulateAt: (clock, ...flags) => begin(flags, { clock }),
  };
}

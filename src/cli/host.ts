import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '../kit/clock.ts';
import type { BuildInfo } from '../metrics/exporter-section.ts';

/** What the time of a machine is read from. */
interface MachineTime {
  /** Returns milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Returns milliseconds that do not count while the machine is suspended, on some systems. */
  readonly awakeMs: () => number;
  /** Returns milliseconds since the machine was started, suspensions included. */
  readonly uptimeMs: () => number;
}

/** How often it is looked whether the machine was suspended, in milliseconds: it costs a system call. */
const CHECK_MS = 1_000;
/** A suspension is longer than this, in milliseconds: the two clocks are read one after the other. */
const SUSPENDED_MS = 2_000;

/**
 * Creates a clock whose monotonic time goes on while the machine is suspended: what was seen before is as old as it is.
 */
export function createSystemClock({ wallMs, awakeMs, uptimeMs }: MachineTime): Clock {
  let checkedAtMs = awakeMs();
  const asleepAtStartMs = uptimeMs() - checkedAtMs;
  let suspendedMs = 0;
  return {
    now: wallMs,
    monotonicMs() {
      const awake = awakeMs();
      if (awake - checkedAtMs >= CHECK_MS) {
        checkedAtMs = awake;
        const suspended = uptimeMs() - awake - asleepAtStartMs;
        if (suspended > suspendedMs + SUSPENDED_MS) suspendedMs = suspended;
      }
      return awake + suspendedMs;
    },
  };
}

/** The time of this machine. */
export const systemClock: Clock = createSystemClock({
  wallMs: () => Date.now(),
  awakeMs: () => performance.now(),
  uptimeMs: () => uptime() * 1_000,
});

/** What runs. The revision is put into the environment by whoever builds the image; without it nobody knows. */
export function readBuildInfo(env: Readonly<Record<string, string | undefined>>): BuildInfo {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { version, revision: env.HEADROOM_REVISION || 'unknown', nodeVersion: process.versions.node };
}

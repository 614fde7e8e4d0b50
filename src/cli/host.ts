import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '../kit/clock.ts';
import { packageFile } from '../kit/package-file.ts';
import type { BuildInfo } from '../metrics/exporter-section.ts';

/** The clocks of a machine. */
interface MachineTime {
  /** Returns milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Returns monotonic milliseconds. On some systems they do not advance while the machine is suspended. */
  readonly awakeMs: () => number;
  /** Returns milliseconds since the machine was started, including suspensions. */
  readonly uptimeMs: () => number;
}

/** The shortest time between two checks for a suspension, in milliseconds: a check costs a system call. */
const CHECK_MS = 1_000;
/** The shortest suspension, in milliseconds. Smaller differences come from reading the two clocks one after the other. */
const SUSPENDED_MS = 2_000;

/**
 * Creates a clock whose monotonic time advances while the machine is suspended, so that ages stay correct.
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

/** The clock of this machine. */
export const systemClock: Clock = createSystemClock({
  wallMs: () => Date.now(),
  awakeMs: () => performance.now(),
  uptimeMs: () => uptime() * 1_000,
});

/** Returns version, revision and Node version. The revision is `HEADROOM_REVISION`, which the image sets, or `unknown`. */
export function readBuildInfo(env: Readonly<Record<string, string | undefined>>): BuildInfo {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { version, revision: env.HEADROOM_REVISION || 'unknown', nodeVersion: process.versions.node };
}

/** Returns the output of `headroom --version`. */
export function versionLine(env: Readonly<Record<string, string | undefined>>): string {
  const { version, revision, nodeVersion } = readBuildInfo(env);
  return `headroom ${version} (revision ${revision}, node ${nodeVersion})\n`;
}

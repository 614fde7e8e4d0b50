import type { Credential } from '../../src/domain/credential.ts';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import type { Reading } from '../../src/domain/reading.ts';
import type { Observation } from '../../src/domain/result.ts';
import type { Probe } from '../../src/poller/polled-credential.ts';
import { createPoller } from '../../src/poller/poller.ts';
import type { StartTicker } from '../../src/poller/schedule-groups.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { createVirtualTime } from './virtual-time.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** A reading with a limit. */
export const METERED: Reading = {
  kind: 'metered',
  rateLimit: { limit: 100, remaining: 76, windowSeconds: 3_600 },
  source: undefined,
};

/** A block by the abuse limit, without a pause requested by the hub. */
export const BLOCKED: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined };

/** Creates an anonymous credential that is polled each minute without jitter. */
export function credential(
  name: string,
  overrides: Partial<Credential> & { fingerprint?: string } = {},
): Credential {
  const { fingerprint = name, ...rest } = overrides;
  return {
    identity: { name, hasLogin: false, fingerprint },
    readLogin: undefined,
    route: {},
    image: parseImageReference('ratelimitpreview/test'),
    schedule: `every ${MINUTE_MS}`,
    timezone: undefined,
    jitterMs: 0,
    timeoutMs: 10_000,
    ...rest,
  };
}

/** Creates a poller in virtual time. Returns it with its log, its observations and the probes it has sent. */
export function createTestPoller(probe: Probe, random: () => number = () => 0.5, startTicker?: StartTicker) {
  const time = createVirtualTime();
  const { log, lines } = createLogRecorder();
  const observations: Observation[] = [];
  /** The probes sent, with the milliseconds since the start. */
  const sent: { name: string; atMs: number }[] = [];
  const startAt = time.clock.now();
  const poller = createPoller({
    probe(asked, signal) {
      sent.push({ name: asked.identity.name, atMs: time.clock.now() - startAt });
      return probe(asked, signal);
    },
    record: (observation) => observations.push(observation),
    clock: time.clock,
    timers: time.timers,
    startTicker: startTicker ?? time.startTicker,
    random,
    log,
  });
  return { poller, time, log, lines, observations, sent };
}

/** Creates a probe that ends after `durationMs` milliseconds. */
export function slowProbe(
  timers: { after(delayMs: number, run: () => void): void },
  durationMs: number,
  reading = METERED,
) {
  return () => new Promise<Reading>((resolve) => timers.after(durationMs, () => resolve(reading)));
}

/** Never ends, even if it is aborted. */
export const hangingProbe: Probe = () => new Promise<Reading>(() => undefined);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockReason } from '../../src/domain/failure.ts';
import type { Reading } from '../../src/domain/reading.ts';
import {
  NO_BACK_OFF,
  nextBackOff,
  planTick,
  type TickPlan,
  type TickSituation,
} from '../../src/poller/tick-plan.ts';

const BLOCKED_AT_MS = 1_000_000;

function block(reason: BlockReason, retryAfterSeconds?: number): Reading {
  return { kind: 'blocked', reason, retryAfterSeconds };
}

/** Returns the pauses after a series of readings, in seconds. */
function pausesAfter(readings: readonly Reading[]): number[] {
  let backOff = NO_BACK_OFF;
  return readings.map((reading) => {
    backOff = nextBackOff(backOff, reading, BLOCKED_AT_MS);
    return (backOff.untilMs - BLOCKED_AT_MS) / 1_000;
  });
}

const NONE = Number.NEGATIVE_INFINITY;
const METERED: Reading = {
  kind: 'metered',
  rateLimit: { limit: 100, remaining: 1, windowSeconds: 3_600 },
  source: undefined,
};

describe('nextBackOff()', () => {
  test.each<{ criterion: string; readings: Reading[]; pauses: number[] }>([
    {
      criterion: 'doubles from 60 s to 15 min when the hub requests no pause',
      readings: Array.from({ length: 7 }, () => block('abuse')),
      pauses: [60, 120, 240, 480, 900, 900, 900],
    },
    {
      criterion: 'waits for the 10 minutes that Docker locks a user name for, then 15',
      readings: [block('login'), block('login'), block('login')],
      pauses: [600, 900, 900],
    },
    {
      criterion: 'applies the pause of the hub, even if it is shorter or longer than its own',
      readings: [block('abuse', 7), block('abuse', 3_600), block('login', 30)],
      pauses: [7, 3_600, 30],
    },
    {
      criterion: 'continues to double after a pause that the hub requested',
      readings: [block('abuse', 7), block('abuse')],
      pauses: [7, 120],
    },
    {
      criterion: 'ends with a metered answer, and begins again',
      readings: [block('abuse'), block('abuse'), METERED, block('abuse')],
      pauses: [60, 120, NONE, 60],
    },
    {
      criterion: 'ends with a failure: the hub no longer blocks',
      readings: [block('abuse'), { kind: 'failed', reason: 'dns', detail: '' }, block('abuse')],
      pauses: [60, NONE, 60],
    },
    {
      criterion: 'ends with an answer without limits',
      readings: [block('abuse'), { kind: 'unmetered', source: undefined }],
      pauses: [60, NONE],
    },
  ])('$criterion', ({ readings, pauses }) => {
    expect(pausesAfter(readings)).toEqual(pauses);
  });

  test('stays at 15 min after any number of blocks', () => {
    const readings = Array.from({ length: 5_000 }, () => block('abuse'));
    expect(pausesAfter(readings).at(-1)).toBe(900);
  });
});

const NOW_MS = 5_000_000;

/** An idle credential, polled each minute with 10 s of jitter, whose last probe was scheduled. */
const IDLE: TickSituation = {
  nowMs: NOW_MS,
  isUnderWay: false,
  backOff: NO_BACK_OFF,
  extraProbeAtMs: undefined,
  intervalMs: 60_000,
  jitterMs: 10_000,
};

const DAY_MS = 86_400_000;

describe('planTick()', () => {
  test.each<{ criterion: string; situation: Partial<TickSituation>; plan: TickPlan }>([
    {
      criterion: 'probes an idle credential',
      situation: {},
      plan: { kind: 'probe', delayMs: 5_000 },
    },
    {
      criterion: 'probes at once without jitter',
      situation: { jitterMs: 0 },
      plan: { kind: 'probe', delayMs: 0 },
    },
    {
      criterion: 'limits the delay to one interval if the jitter is longer',
      situation: { intervalMs: 2_000 },
      plan: { kind: 'probe', delayMs: 1_000 },
    },
    {
      criterion: 'skips while a probe is running',
      situation: { isUnderWay: true },
      plan: { kind: 'skip', reason: 'under_way' },
    },
    {
      criterion: 'skips during the back-off',
      situation: { backOff: { blocks: 1, untilMs: NOW_MS + 1 } },
      plan: { kind: 'skip', reason: 'backing_off' },
    },
    {
      criterion: 'probes at the end of the back-off',
      situation: { backOff: { blocks: 1, untilMs: NOW_MS } },
      plan: { kind: 'probe', delayMs: 5_000 },
    },
    {
      criterion: 'skips when a probe that was not scheduled is younger than the interval',
      situation: { extraProbeAtMs: NOW_MS - 59_999 },
      plan: { kind: 'skip', reason: 'just_probed' },
    },
    {
      criterion: 'probes when a probe that was not scheduled is one interval old',
      situation: { extraProbeAtMs: NOW_MS - 60_000 },
      plan: { kind: 'probe', delayMs: 5_000 },
    },
    {
      criterion: 'does not skip for longer than a minute',
      situation: { intervalMs: DAY_MS, extraProbeAtMs: NOW_MS - 60_000 },
      plan: { kind: 'probe', delayMs: 5_000 },
    },
    {
      criterion: 'does not skip for longer than a short interval',
      situation: { intervalMs: 10_000, jitterMs: 0, extraProbeAtMs: NOW_MS - 10_000 },
      plan: { kind: 'probe', delayMs: 0 },
    },
  ])('$criterion', ({ situation, plan }) => {
    expect(planTick({ ...IDLE, ...situation }, 0.5)).toEqual(plan);
  });

  test('keeps the delay a whole number of milliseconds within jitter and interval', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(1e9),
        fc.integer({ min: 1, max: 1e9 }),
        (random, jitterMs, intervalMs) => {
          const plan = planTick({ ...IDLE, jitterMs, intervalMs }, random);
          const delayMs = plan.kind === 'probe' ? plan.delayMs : Number.NaN;
          expect(Number.isInteger(delayMs)).toBe(true);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(Math.min(jitterMs, intervalMs));
        },
      ),
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { BlockReason } from '../../src/domain/failure.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { NO_BACK_OFF, nextBackOff } from '../../src/poller/back-off.ts';

const NOW_MS = 1_000_000;

function block(reason: BlockReason, retryAfterSeconds?: number): Reading {
  return { kind: 'blocked', reason, retryAfterSeconds };
}

/** The pauses, in seconds, that a row of readings leads to. */
function pausesAfter(readings: readonly Reading[]): number[] {
  let backOff = NO_BACK_OFF;
  return readings.map((reading) => {
    backOff = nextBackOff(backOff, reading, NOW_MS);
    return (backOff.untilMs - NOW_MS) / 1_000;
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
      criterion: 'doubles from 60 s to 15 min when the hub names no pause',
      readings: Array.from({ length: 7 }, () => block('abuse')),
      pauses: [60, 120, 240, 480, 900, 900, 900],
    },
    {
      criterion: 'waits for the 10 minutes that Docker locks a user name for, then 15',
      readings: [block('login'), block('login'), block('login')],
      pauses: [600, 900, 900],
    },
    {
      criterion: 'obeys the hub, be the pause shorter or longer than its own',
      readings: [block('abuse', 7), block('abuse', 3_600), block('login', 30)],
      pauses: [7, 3_600, 30],
    },
    {
      criterion: 'goes on doubling after a pause that the hub chose',
      readings: [block('abuse', 7), block('abuse')],
      pauses: [7, 120],
    },
    {
      criterion: 'ends with an answer that has numbers, and begins anew',
      readings: [block('abuse'), block('abuse'), METERED, block('abuse')],
      pauses: [60, 120, NONE, 60],
    },
    {
      criterion: 'ends with a failure: the hub no longer refuses to talk',
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

  test('stays at 15 min however long the row of blocks', () => {
    const readings = Array.from({ length: 5_000 }, () => block('abuse'));
    expect(pausesAfter(readings).at(-1)).toBe(900);
  });
});

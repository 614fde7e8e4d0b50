import { describe, expect, test } from 'vitest';
import { type Decision, decide } from '../../../src/cli/wait/decide.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { failure, metered } from '../../web/states.ts';
import { told } from '../check/credential-json.ts';

const NOW = 1_000_000;
const MINUTE_MS = 60_000;

function decided(reading: Reading, expected: [number, number] | null = null, pulls = 20): Decision {
  const range = expected && { earliest: NOW + expected[0], latest: NOW + expected[1] };
  return decide({ credential: told([reading]), expected: range }, pulls, MINUTE_MS, NOW);
}

describe('decide()', () => {
  test.each<[why: string, reading: Reading, kind: Decision['kind']]>([
    ['as many are left', metered(20, 100), 'enough'],
    ['there is no limit', { kind: 'unmetered', source: undefined }, 'enough'],
    ['fewer are left', metered(19, 100), 'wait'],
    ['there are never so many', metered(10, 19), 'never'],
    ['the login is rejected', failure('unauthorized'), 'never'],
    ['nobody answers', failure('timeout'), 'wait'],
    ['the address is blocked', { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined }, 'wait'],
  ])('when %s', (_why, reading, kind) => {
    expect(decided(reading).kind).toBe(kind);
  });

  // How long until the next question, in milliseconds, for what is expected from and to, from now on.
  test.each<[why: string, expected: [number, number] | null, pauseMs: number]>([
    ['after the interval when nothing is known', null, MINUTE_MS],
    ['after the interval when nothing is expected before', [90_000, 120_000], MINUTE_MS],
    ['a second after the earliest moment', [20_000, 120_000], 21_000],
    ['a second after the latest, when the earliest has passed', [-20_000, 30_000], 31_000],
    ['after the interval when all of it has passed', [-20_000, -10_000], MINUTE_MS],
  ])('asks again %s', (_why, expected, pauseMs) => {
    expect(decided(metered(0, 100), expected)).toMatchObject({ askAgainAt: NOW + pauseMs });
  });

  test('asks again no sooner than the hub wants', () => {
    const reading: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 300 };
    expect(decided(reading)).toMatchObject({ askAgainAt: NOW + 300_000 });
  });
});

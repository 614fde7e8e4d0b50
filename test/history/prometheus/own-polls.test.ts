import { describe, expect, test } from 'vitest';
import { createOwnPolls } from '../../../src/history/prometheus/own-polls.ts';
import { NOW } from './series.ts';

const RESULT = {
  credential: 'ci',
  at: NOW,
  durationMs: 120.123456,
  intervalMs: 60_000,
  outcome: { kind: 'unlimited', source: undefined },
} as const;

describe('createOwnPolls()', () => {
  // what differs, whether it is the same poll
  test.each([
    [{}, true],
    [{ durationMs: 120.123457 }, true],
    [{ durationMs: 120.1235 }, false],
    [{ at: NOW + 1 }, false],
    [{ credential: 'anonymous' }, false],
  ])('with %j: %j', (change, isSame) => {
    const polls = createOwnPolls();
    polls.record(RESULT);
    expect(polls.has({ ...RESULT, ...change })).toBe(isSame);
  });

  test('forgets the oldest of very many', () => {
    const polls = createOwnPolls();
    for (let i = 0; i <= 20_000; i++) polls.record({ ...RESULT, at: NOW + i });
    expect(polls.has(RESULT)).toBe(false);
    expect(polls.has({ ...RESULT, at: NOW + 1 })).toBe(true);
  });
});

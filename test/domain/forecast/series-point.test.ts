import { describe, expect, test } from 'vitest';
import { inTimeOrder, pointOf } from '../../../src/domain/forecast/series-point.ts';
import type { Outcome } from '../../../src/domain/result.ts';

describe('pointOf()', () => {
  const source = { value: '192.0.2.1', kind: 'ipv4' } as const;
  // What the probe learned; what the history keeps of it.
  const cases: [Outcome, object][] = [
    [
      { kind: 'limited', limit: 100, remaining: 7, windowSeconds: 3_600, source, downgraded: true },
      { kind: 'limited', at: 5, limit: 100, remaining: 7, windowSeconds: 3_600, source: '192.0.2.1' },
    ],
    [
      { kind: 'unlimited', source: undefined },
      { kind: 'unlimited', at: 5, source: undefined },
    ],
    [
      { kind: 'failed', reason: 'timeout', detail: 'No answer' },
      { kind: 'missed', at: 5 },
    ],
    [
      { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
      { kind: 'missed', at: 5 },
    ],
  ];

  test.each(cases)('keeps what matters of %o', (outcome, point) => {
    expect(pointOf({ at: 5, outcome })).toEqual(point);
  });
});

describe('inTimeOrder()', () => {
  test('leaves an ordered array alone', () => {
    const points = [{ at: 1 }, { at: 2 }, { at: 2 }];
    expect(inTimeOrder(points)).toBe(points);
  });

  test('sorts without touching what it was given', () => {
    const points = Object.freeze([{ at: 3 }, { at: 1 }]);
    expect(inTimeOrder(points)).toEqual([{ at: 1 }, { at: 3 }]);
  });
});

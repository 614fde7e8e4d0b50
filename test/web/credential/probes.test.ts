import { describe, expect, test } from 'vitest';
import type { Probe } from '../../../src/domain/history/query.ts';
import type { Outcome } from '../../../src/domain/result.ts';
import { toProbeList } from '../../../src/web/credential/probes.ts';
import { MINUTE_MS } from '../history-points.ts';
import { NOW } from '../states.ts';

const LIMITED = {
  kind: 'limited',
  limit: 100,
  remaining: 42,
  windowSeconds: 3_600,
  source: undefined,
  downgraded: false,
} as const;

function probe(minutes: number, outcome: Outcome, durationMs = 180): Probe {
  return { at: NOW - minutes * MINUTE_MS, durationMs, outcome };
}

function failed(reason: 'dns' | 'unauthorized', detail = ''): Outcome {
  return { kind: 'failed', reason, detail };
}

describe('toProbeList()', () => {
  // outcome, in words, tone, whether there is something to do about it
  test.each<[Outcome, string, string, boolean]>([
    [LIMITED, '42 of 100 left', 'good', false],
    [{ ...LIMITED, remaining: 0 }, '0 of 100 left', 'bad', false],
    [{ ...LIMITED, downgraded: true }, '42 of 100 left, as if anonymous', 'warn', false],
    [{ kind: 'unlimited', source: undefined }, 'No limit', 'good', false],
    [{ kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined }, 'Blocked', 'bad', true],
    [failed('dns'), 'Failed', 'warn', true],
    [failed('unauthorized'), 'Failed', 'bad', true],
  ])('%#: %1$s', (outcome, words, tone, hasAdvice) => {
    const [row] = toProbeList({ newest: [probe(0, outcome)], failures: [] }, NOW).newest;
    expect([row?.outcome, row?.tone, row?.advice !== undefined]).toEqual([words, tone, hasAdvice]);
  });

  test.each([
    [7.4, '7 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [12_345, '12.3 s'],
  ])('a probe of %f ms took %s', (durationMs, words) => {
    const [row] = toProbeList({ newest: [probe(0, LIMITED, durationMs)], failures: [] }, NOW).newest;
    expect(row?.duration).toBe(words);
  });

  test('folds repeated failures, but never successes', () => {
    const newest = [failed('dns'), failed('dns'), LIMITED, LIMITED, failed('dns'), failed('dns', 'other')];
    const { newest: rows } = toProbeList(
      { newest: newest.map((outcome, i) => probe(i, outcome)), failures: [] },
      NOW,
    );
    expect(rows.map(({ outcome, times }) => [outcome, times])).toEqual([
      ['Failed', '2 times'],
      ['42 of 100 left', undefined],
      ['42 of 100 left', undefined],
      ['Failed', undefined],
      ['Failed', undefined],
    ]);
  });

  test('lists earlier failures once for each kind, without those listed above', () => {
    const newest = [probe(0, failed('dns')), probe(1, LIMITED)];
    const failures = [0, 5, 6, 7].map((minutes) =>
      probe(minutes, failed(minutes === 6 ? 'unauthorized' : 'dns')),
    );
    const { earlierFailures } = toProbeList({ newest, failures }, NOW);
    expect(earlierFailures.map(({ reason, times, at }) => [reason, times, at.text])).toEqual([
      ['dns', '2 times', '5 minutes ago'],
      ['unauthorized', undefined, '6 minutes ago'],
    ]);
  });
});

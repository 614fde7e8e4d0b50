import { describe, expect, test } from 'vitest';
import { initialState } from '../../src/domain/credential-state.ts';
import type { HistoryQuery } from '../../src/domain/history/query.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Outcome } from '../../src/domain/result.ts';
import type { PullAttempt } from '../../src/domain/spending/pull-attempt.ts';
import { createMemorySpendingStore } from '../../src/history/memory-spending-store.ts';
import { bucketsOf, createReport, slotLength } from '../../src/spending/report-service.ts';

const SLOT_MS = 300_000;
const DAY_MS = 86_400_000;

/** A credential whose newest answer named this source, and this many of 100 pulls; without a number no limit. */
function state(name: string, source: string | undefined, remaining?: number) {
  const initial = initialState({ name, hasLogin: false, fingerprint: name });
  if (source === undefined) return initial;
  const limit = { limit: 100, windowSeconds: 3_600, downgraded: false, source: parseSource(source) };
  const outcome: Outcome =
    remaining === undefined
      ? { kind: 'unlimited', source: parseSource(source) }
      : { kind: 'limited', remaining, ...limit };
  const known = { credential: name, at: 0, durationMs: 1, intervalMs: 60_000, outcome };
  return { ...initial, known, latest: known };
}

const STATES = [state('a', '192.0.2.1'), state('b', '192.0.2.1'), state('c', undefined)];

function attempt(key: string, changes: Partial<PullAttempt>): PullAttempt {
  return {
    key,
    cluster: 'prod',
    namespace: 'shop',
    pod: 'web-1',
    workload: 'Deployment/web',
    container: 'app',
    node: 'node-1',
    image: 'docker.io/library/nginx:1.29',
    credential: 'a',
    labels: {},
    startedAt: SLOT_MS,
    endedAt: SLOT_MS,
    outcome: 'pulled',
    refusal: undefined,
    attempts: 1,
    pulls: { low: 2, high: 2 },
    imageBytes: undefined,
    ...changes,
  };
}

function open(attempts: readonly PullAttempt[]) {
  const asked: (readonly [string, HistoryQuery])[] = [];
  const store = createMemorySpendingStore();
  store.add({ attempts, events: [] });
  const series = (name: string, query: HistoryQuery) => {
    asked.push([name, query]);
    const point = { remaining: 1, limit: 100, windowSeconds: 3_600, outcome: 'limited' } as const;
    return { name, ...query, stepMs: SLOT_MS, points: [{ ...point, at: SLOT_MS, spent: 7 }] };
  };
  const past = { series, bucketSeries: series };
  const ports = { store, past, states: () => STATES, owners: () => () => 'everything' };
  return { asked, report: (query: Parameters<typeof createReport>[0]) => createReport(query, ports) };
}

describe('bucketsOf()', () => {
  test('joins credentials of one source', () => {
    expect(bucketsOf(STATES)).toEqual([
      { id: '192.0.2.1', credentials: ['a', 'b'] },
      { id: 'c', credentials: ['c'] },
    ]);
  });

  test('lists the bucket with the smallest part left first, and those without a number last', () => {
    const states = [
      state('unlimited', 'acme'),
      state('full', '192.0.2.1', 90),
      state('low', '192.0.2.2', 20),
      state('unknown', undefined),
      state('also low', '192.0.2.1', 10),
    ];
    expect(bucketsOf(states).map(({ id }) => id)).toEqual(['192.0.2.1', '192.0.2.2', 'acme', 'unknown']);
  });
});

describe('createReport()', () => {
  test('sums the attempts of all credentials of the bucket in whole slots', async () => {
    const { report, asked } = open([
      attempt('1', {}),
      attempt('2', { credential: 'b' }),
      attempt('3', { credential: 'c' }),
    ]);

    const result = await report({
      bucket: 'b',
      from: SLOT_MS + 1,
      to: 2 * SLOT_MS - 1,
      by: ['team', 'workload'],
    });

    expect(asked).toEqual([['192.0.2.1', { from: SLOT_MS, to: 2 * SLOT_MS, step: SLOT_MS }]]);
    expect(result).toEqual({
      from: SLOT_MS,
      to: 2 * SLOT_MS,
      spent: 7,
      explained: { low: 4, high: 4 },
      unexplained: { low: 3, high: 3 },
      rows: [
        {
          team: 'everything',
          workload: 'shop/Deployment/web',
          pulls: { low: 4, high: 4 },
          refused: 0,
          attempts: 2,
        },
      ],
      slotMs: SLOT_MS,
      slots: [{ at: SLOT_MS, spent: 7, pulls: [{ low: 4, high: 4 }] }],
    });
  });

  test('reads the history of the credential if the hub names no source', async () => {
    const { report, asked } = open([]);

    await report({ bucket: 'c', from: 0, to: SLOT_MS, by: [] });

    expect(asked[0]?.[0]).toBe('c');
  });

  test('has no report of an unknown bucket, and rejects an empty range', async () => {
    const { report } = open([]);

    expect(await report({ bucket: 'x', from: 0, to: 1, by: [] })).toBeUndefined();
    await expect(report({ bucket: 'c', from: 1, to: 1, by: [] })).rejects.toThrow('The range is empty');
  });
});

describe('slotLength()', () => {
  test.each([
    { range: 3_600_000, minutes: 5 },
    { range: DAY_MS, minutes: 10 },
    { range: 7 * DAY_MS, minutes: 120 },
    { range: 90 * DAY_MS, minutes: 1_440 },
    { range: 1_500 * DAY_MS, minutes: 20_160 },
  ])('is $minutes minutes for $range ms', ({ range, minutes }) => {
    expect(slotLength(0, range)).toBe(minutes * 60_000);
  });
});

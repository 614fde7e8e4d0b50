import { describe, expect, test } from 'vitest';
import { initialState } from '../../src/domain/credential-state.ts';
import type { PullAttempt } from '../../src/domain/spending/pull-attempt.ts';
import type { SpendingReport } from '../../src/domain/spending/spending-report.ts';
import { createAttemptCounters } from '../../src/spending/attempt-counters.ts';
import { readExplainedRatios, spendingFacts } from '../../src/spending/spending-metrics.ts';

function attempt(key: string, changes: Partial<PullAttempt> = {}): PullAttempt {
  return {
    key,
    cluster: 'prod',
    namespace: 'shop',
    pod: 'web-1',
    workload: 'Deployment/web',
    container: 'app',
    node: 'node-1',
    image: 'docker.io/library/nginx:1.29',
    credential: 'anonymous',
    labels: {},
    startedAt: 1,
    endedAt: undefined,
    outcome: 'open',
    refusal: undefined,
    attempts: 1,
    pulls: { low: 0, high: 2 },
    imageBytes: undefined,
    ...changes,
  };
}

describe('createAttemptCounters()', () => {
  test('counts an attempt once, and its refusal when it ends', () => {
    const counters = createAttemptCounters();
    counters.add([attempt('1')]);
    counters.add([attempt('1', { outcome: 'refused', refusal: 'pull_limit' })]);
    counters.add([attempt('2', { outcome: 'refused', refusal: 'pull_limit', attempts: 3 })]);
    counters.add([attempt('3', { outcome: 'present' })]);

    expect(counters.list()).toEqual([
      { cluster: 'prod', namespace: 'shop', attempts: 4, refused: { pull_limit: 4 } },
    ]);
  });

  test('gives series to 50 namespaces, those with the most attempts first, and sums the others', () => {
    const counters = createAttemptCounters();
    const many = Array.from({ length: 60 }, (_, i) =>
      attempt(`${i}`, { namespace: `n${i}`, attempts: i + 1 }),
    );
    counters.rank(many);
    counters.add(many);

    const list = counters.list();
    expect(list).toHaveLength(51);
    expect(list.find(({ namespace }) => namespace === 'other')?.attempts).toBe(55);
    expect(list.find(({ namespace }) => namespace === 'n59')?.attempts).toBe(60);
  });
});

describe('spendingFacts()', () => {
  test('has waiting pods of Docker Hub alone, and 0 for namespaces without any', () => {
    const counters = createAttemptCounters();
    counters.add([attempt('1'), attempt('2', { namespace: 'data' })]);
    const pods = { cluster: 'prod', namespace: 'shop', workload: 'w', image: 'i', credential: 'c', since: 1 };
    const { waiting } = spendingFacts(
      counters,
      [
        { ...pods, refusal: 'pull_limit', pods: 2 },
        { ...pods, refusal: 'abuse', pods: 1 },
        { ...pods, refusal: 'other_registry', pods: 7 },
      ],
      new Map(),
    );

    expect(waiting).toEqual([
      { cluster: 'prod', namespace: 'shop', pods: 3 },
      { cluster: 'prod', namespace: 'data', pods: 0 },
    ]);
  });
});

describe('readExplainedRatios()', () => {
  test.each([
    { spent: 20, low: 15, ratio: 0.75 },
    { spent: 20, low: 25, ratio: 1 },
    { spent: 0, low: 0, ratio: undefined },
    { spent: null, low: 3, ratio: undefined },
  ])('is $ratio of $spent lost pulls if $low are explained', async ({ spent, low, ratio }) => {
    const service = {
      buckets: () => [{ id: '192.0.2.1', credentials: ['a', 'b'] }],
      report: async () => ({ spent, explained: { low, high: 99 } }) as SpendingReport,
    };
    const ratios = await readExplainedRatios(
      service,
      [initialState({ name: 'a', hasLogin: false, fingerprint: '' })],
      0,
    );

    expect([ratios.get('a'), ratios.get('b')]).toEqual([ratio, ratio]);
  });
});

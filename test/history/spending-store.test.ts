import { describe, expect, test } from 'vitest';
import type { PullAttempt } from '../../src/domain/spending/pull-attempt.ts';
import type { SpendingSpan } from '../../src/domain/spending/spending-store.ts';
import { createMemorySpendingStore } from '../../src/history/memory-spending-store.ts';
import { START_AT } from './fixtures.ts';
import { createFixture, DAY_MS } from './sqlite/sqlite-fixture.ts';

const SLOT_MS = 300_000;
const AT = Math.floor(START_AT / SLOT_MS) * SLOT_MS;

const ATTEMPT: PullAttempt = {
  key: 'prod/e1/1',
  cluster: 'prod',
  namespace: 'shop',
  pod: 'web-1',
  workload: 'Deployment/web',
  container: 'app',
  node: 'node-1',
  image: 'docker.io/library/nginx:1.29',
  credential: 'anonymous',
  labels: { app: 'web' },
  startedAt: AT + 1_000,
  endedAt: AT + 2_000,
  outcome: 'pulled',
  refusal: undefined,
  attempts: 1,
  pulls: { low: 2, high: 2 },
  imageBytes: 9_232,
};
const SPAN: SpendingSpan = { from: AT, to: AT + 2 * SLOT_MS, credentials: ['anonymous'], slotMs: SLOT_MS };

describe.each([
  { backend: 'memory', open: () => createMemorySpendingStore() },
  { backend: 'SQLite', open: () => createFixture().history().spending },
])('the spending store in $backend', ({ open }) => {
  test('returns stored attempts unchanged', () => {
    const store = open();
    const refused: PullAttempt = {
      ...ATTEMPT,
      key: 'prod/e2/1',
      startedAt: AT + 5_000,
      endedAt: undefined,
      outcome: 'refused',
      refusal: 'pull_limit',
      imageBytes: undefined,
    };
    store.add({ attempts: [refused, ATTEMPT], events: [] });

    expect(store.recent('prod', AT)).toEqual([ATTEMPT, refused]);
    expect(store.recent('prod', AT + 2_000)).toEqual([refused]);
    expect(store.recent('stage', AT)).toEqual([]);
  });

  test('stores an attempt once, in its newest form', () => {
    const store = open();
    store.add({ attempts: [{ ...ATTEMPT, outcome: 'open', pulls: { low: 0, high: 2 } }], events: [] });
    store.add({ attempts: [ATTEMPT], events: [] });
    store.add({ attempts: [ATTEMPT], events: [] });

    expect(store.recent('prod', AT)).toEqual([ATTEMPT]);
  });

  test('sums the attempts of an origin in a slot', async () => {
    const store = open();
    const { cluster, namespace, workload, node, image, credential, labels } = ATTEMPT;
    const origin = { cluster, namespace, workload, node, image, credential, labels };
    store.add({
      attempts: [
        ATTEMPT,
        {
          ...ATTEMPT,
          key: 'b',
          attempts: 3,
          outcome: 'refused',
          refusal: 'pull_limit',
          pulls: { low: 0, high: 3 },
        },
        { ...ATTEMPT, key: 'c', outcome: 'present', pulls: { low: 0, high: 0 } },
        { ...ATTEMPT, key: 'd', startedAt: AT + SLOT_MS },
        { ...ATTEMPT, key: 'e', credential: 'ci' },
        { ...ATTEMPT, key: 'f', startedAt: AT + 2 * SLOT_MS },
      ],
      events: [],
    });

    expect(await store.sums(SPAN)).toEqual([
      { ...origin, at: AT, attempts: 4, refused: 3, pulls: { low: 2, high: 5 } },
      { ...origin, at: AT + SLOT_MS, attempts: 1, refused: 0, pulls: { low: 2, high: 2 } },
    ]);
  });

  test('returns the newest number of each counted event', () => {
    const store = open();
    store.add({ attempts: [], events: [{ cluster: 'prod', uid: 'e1', count: 1, at: AT }] });
    store.add({ attempts: [], events: [{ cluster: 'prod', uid: 'e1', count: 3, at: AT + 1 }] });

    expect(store.countedEvents('prod', AT)).toEqual([{ cluster: 'prod', uid: 'e1', count: 3, at: AT + 1 }]);
    expect(store.countedEvents('prod', AT + 2)).toEqual([]);
    expect(store.countedEvents('stage', AT)).toEqual([]);
  });
});

describe('the spending store in SQLite', () => {
  test('keeps attempts over a restart, and removes them after the retention', () => {
    const fixture = createFixture({ retentionMs: 3 * DAY_MS });
    fixture.history().spending.add({
      attempts: [ATTEMPT],
      events: [{ cluster: 'prod', uid: 'e1', count: 1, at: AT }],
    });

    fixture.restart();
    expect(fixture.history().spending.recent('prod', 0)).toEqual([ATTEMPT]);
    expect(fixture.history().spending.countedEvents('prod', 0)).toHaveLength(1);

    fixture.pass(2 * DAY_MS + 60_000);
    fixture.tick();
    expect(fixture.history().spending.recent('prod', 0)).toHaveLength(1);
    expect(fixture.history().spending.countedEvents('prod', 0)).toEqual([]);

    fixture.pass(DAY_MS);
    fixture.tick();
    expect(fixture.history().spending.recent('prod', 0)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { bucketIdOf, groupByBucket, namesBySource, toBuckets } from '../../../src/web/overview/buckets.ts';
import { failure, metered, NOW, STATE_IN, snapshotOf, stateAfter } from '../states.ts';

test('groupByBucket() names the credentials of one source, and none beside one without a source', () => {
  const shared = ['b', 'a'].map((name) => snapshotOf(stateAfter(name, [metered(50, 100, '192.0.2.1')])));
  const other = snapshotOf(stateAfter('c', [metered(50, 100, '192.0.2.2')]));
  const waiting = snapshotOf(STATE_IN.waiting);
  const members = groupByBucket([...shared, other, waiting]);
  expect([...shared, other, waiting].map(members)).toEqual([['b', 'a'], ['b', 'a'], ['c'], ['edge']]);
});

test('groupByBucket() leaves out a source that may no longer be believed', () => {
  const old = snapshotOf(stateAfter('a', [metered(50, 100)]), undefined, NOW + 600_000);
  const fresh = snapshotOf(stateAfter('b', [metered(50, 100)]));
  expect(groupByBucket([old, fresh])(fresh)).toEqual(['b']);
});

test('namesBySource() names the credentials of a source, and is empty without one', () => {
  const here = snapshotOf(stateAfter('a', [metered(50, 100, '192.0.2.1')]));
  const names = namesBySource([here, snapshotOf(STATE_IN.waiting)]);
  expect(names({ value: '192.0.2.1', kind: 'ipv4' })).toEqual(['a']);
  expect(names({ value: '192.0.2.9', kind: 'ipv4' })).toEqual([]);
});

const SHARED = '192.0.2.1';

describe('toBuckets()', () => {
  test('puts together what reports one source, the worst first, and then by name', () => {
    const [bucket, ...others] = toBuckets([
      snapshotOf(stateAfter('n10', [metered(60, 100, SHARED)])),
      snapshotOf(stateAfter('n9', [metered(60, 100, SHARED)])),
      snapshotOf(stateAfter('ci', [metered(60, 100, SHARED)], { hasLogin: true })),
    ]);
    expect(others).toEqual([]);
    expect(bucket?.status).toBe('downgraded');
    expect(bucket?.members.map(({ snapshot: view }) => view.name)).toEqual(['ci', 'n9', 'n10']);
  });

  test('lets the newest answer with numbers speak for all', () => {
    const [bucket] = toBuckets([
      snapshotOf(stateAfter('old', [metered(60, 100, SHARED)], { ageMs: 50_000 })),
      snapshotOf(stateAfter('new', [metered(12, 100, SHARED)], { ageMs: 3_000 })),
      snapshotOf(stateAfter('failing', [metered(70, 100, SHARED), failure('timeout')], { ageMs: 1_000 })),
    ]);
    expect(bucket?.representative.name).toBe('new');
  });

  test('keeps credentials without a source separate', () => {
    const views = ['a', 'b'].map((name) => snapshotOf(stateAfter(name, [failure('dns')])));
    expect(toBuckets(views)).toHaveLength(2);
  });

  test('does not treat a name as a source', () => {
    const nameless = snapshotOf(stateAfter(SHARED, []));
    expect(toBuckets([snapshotOf(stateAfter('a', [metered(1, 2, SHARED)])), nameless])).toHaveLength(2);
  });
});

describe('bucketIdOf()', () => {
  test('is short and the same every time, whatever the source is called', () => {
    const hostile = '"><script>'.repeat(20);
    const ids = [1, 2].map(() => {
      const [bucket] = toBuckets([snapshotOf(stateAfter('a', [metered(1, 2, hostile)]))]);
      return bucket && bucketIdOf(bucket);
    });
    expect(ids[0]).toMatch(/^bucket-[\w-]{12}$/);
    expect(ids[0]).toBe(ids[1]);
    expect(toBuckets([snapshotOf(STATE_IN.ok)]).map(bucketIdOf)).not.toEqual([ids[0]]);
  });
});

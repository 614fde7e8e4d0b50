import { expect, test } from 'vitest';
import { groupByBucket, namesBySource } from '../../../src/web/overview/bucket-members.ts';
import { metered, NOW, STATE_IN, stateAfter, viewOf } from '../states.ts';

test('groupByBucket() names those that report one source, and nobody beside one whose source is not known', () => {
  const shared = ['b', 'a'].map((name) => viewOf(stateAfter(name, [metered(50, 100, '192.0.2.1')])));
  const other = viewOf(stateAfter('c', [metered(50, 100, '192.0.2.2')]));
  const waiting = viewOf(STATE_IN.waiting);
  const members = groupByBucket([...shared, other, waiting]);
  expect([...shared, other, waiting].map(members)).toEqual([['b', 'a'], ['b', 'a'], ['c'], ['edge']]);
});

test('groupByBucket() leaves out a source that may no longer be believed', () => {
  const old = viewOf(stateAfter('a', [metered(50, 100)]), undefined, NOW + 600_000);
  const fresh = viewOf(stateAfter('b', [metered(50, 100)]));
  expect(groupByBucket([old, fresh])(fresh)).toEqual(['b']);
});

test('namesBySource() names those that report a source, and nobody where none does', () => {
  const here = viewOf(stateAfter('a', [metered(50, 100, '192.0.2.1')]));
  const names = namesBySource([here, viewOf(STATE_IN.waiting)]);
  expect(names({ value: '192.0.2.1', kind: 'ipv4' })).toEqual(['a']);
  expect(names({ value: '192.0.2.9', kind: 'ipv4' })).toEqual([]);
});

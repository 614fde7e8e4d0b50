import { describe, expect, test } from 'vitest';
import { createMemoryAlertStore } from '../../src/history/memory-alert-store.ts';
import { START_AT } from './fixtures.ts';
import { alertDocument, changes, fired } from './sqlite/alerts.ts';

describe('createMemoryAlertStore()', () => {
  test('remembers what was committed last', () => {
    const store = createMemoryAlertStore();
    store.commit(changes({ put: [alertDocument('a', 1), alertDocument('a', 2), alertDocument('b', 1)] }));
    store.commit(changes({ remove: [{ kind: 'alert', key: 'b' }] }));
    expect(store.load()).toEqual([alertDocument('a', 2)]);
  });

  test('tells the newest events of a range, oldest first, and forgets the oldest', () => {
    const store = createMemoryAlertStore(3);
    store.commit(changes({ events: [0, 1, 2, 3].map((n) => fired(START_AT + n)) }));
    const told = (from: number, to: number, limit: number) =>
      store.events(START_AT + from, START_AT + to, limit).map(({ at }) => at - START_AT);
    expect(told(0, 10, 10)).toEqual([1, 2, 3]);
    expect(told(0, 3, 1)).toEqual([2]);
    expect(told(0, 3, 0)).toEqual([]);
  });
});

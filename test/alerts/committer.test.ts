import { describe, expect, test } from 'vitest';
import { createCommit } from '../../src/alerts/committer.ts';
import { createLedger } from '../../src/alerts/ledger.ts';
import type { AlertEvent } from '../../src/domain/alerts/lifecycle/alert-event.ts';
import type { AlertChanges, AlertStore } from '../../src/domain/alerts/lifecycle/alert-store.ts';
import { createEventFeed } from '../../src/kit/event-feed.ts';
import type { Log } from '../../src/kit/log.ts';
import { alertOf } from '../domain/alerts/alert-of.ts';
import { NOW } from '../domain/alerts/watched-of.ts';
import { SILENT_LOG } from './silent-log.ts';

/** A commit into a store that can be full. What happens is noted in its order. */
function setUp() {
  const happened: string[] = [];
  const committed: AlertChanges[] = [];
  const state = { isFull: false };
  const store: AlertStore = {
    load: () => [],
    events: () => [],
    onRecall: () => undefined,
    commit(changes) {
      if (state.isFull) throw new Error('The disk is full');
      happened.push('committed');
      committed.push(changes);
    },
  };
  const log: Log = {
    ...SILENT_LOG,
    warn: (message) => void happened.push(`warned: ${message}`),
    info: (message) => void happened.push(`said: ${message}`),
  };
  const ledger = createLedger();
  const feed = createEventFeed<AlertEvent>(() => undefined);
  feed.subscribe(({ at }) => happened.push(`heard ${at - NOW}`));
  const note = (at: number) => ledger.note({ kind: 'firing', at: NOW + at, alert: alertOf('acme') });
  return { commit: createCommit(ledger, store, feed, log), ledger, note, state, happened, committed };
}

describe('createCommit()', () => {
  test('writes before anybody hears, and nothing where nothing has changed', () => {
    const { commit, note, happened } = setUp();
    commit();
    note(1);
    commit();
    commit();
    expect(happened).toEqual(['committed', 'heard 1']);
  });

  test('warns once while the store is full, tells of each event once, and writes all of it later', () => {
    const { commit, note, state, happened, committed } = setUp();
    state.isFull = true;
    note(1);
    commit();
    note(2);
    commit();
    commit();
    state.isFull = false;
    note(3);
    commit();
    expect(happened).toEqual([
      'warned: Alerts cannot be written; they go on from memory',
      'heard 1',
      'heard 2',
      'committed',
      'said: Alerts are written again',
      'heard 3',
    ]);
    expect(committed[0]?.events.map(({ at }) => at - NOW)).toEqual([1, 2, 3]);
  });

  test('warns again when the store is full again', () => {
    const { commit, note, state, happened } = setUp();
    for (const isFull of [true, false, true]) {
      state.isFull = isFull;
      note(1);
      commit();
    }
    expect(happened.filter((entry) => entry.startsWith('warned'))).toHaveLength(2);
  });
});

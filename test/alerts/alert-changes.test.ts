import { describe, expect, test } from 'vitest';
import { createChanges, createCommit } from '../../src/alerts/alert-changes.ts';
import { createAlertingState } from '../../src/alerts/alerting-state.ts';
import type {
  AlertChanges,
  AlertDocument,
  AlertEvent,
  AlertStore,
} from '../../src/domain/alerts/lifecycle/alert-store.ts';
import { createEventFeed } from '../../src/kit/event-feed.ts';
import type { Log } from '../../src/kit/log.ts';
import { accountAlert } from '../domain/alerts/sample-alerts.ts';
import { NOW } from '../domain/alerts/snapshots.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';

const documentOf = (key: string, value: unknown): AlertDocument => ({ kind: 'told', key, value });
const eventAt = (at: number): AlertEvent => ({ kind: 'firing', at, alert: accountAlert('acme') });

describe('createChanges()', () => {
  test('hands over what has gathered once', () => {
    const changes = createChanges();
    expect(changes.take()).toBeUndefined();
    changes.put(documentOf('a', 1));
    changes.addEvent(eventAt(1));
    expect(changes.take()).toEqual({ put: [documentOf('a', 1)], remove: [], events: [eventAt(1)] });
    expect(changes.take()).toBeUndefined();
  });

  test('the last change of a key counts, put or removed', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 1));
    changes.put(documentOf('a', 2));
    changes.put(documentOf('b', 1));
    changes.remove('told', 'b');
    changes.remove('told', 'c');
    changes.put(documentOf('c', 1));
    expect(changes.take()).toEqual({
      put: [documentOf('a', 2), documentOf('c', 1)],
      remove: [{ kind: 'told', key: 'b' }],
      events: [],
    });
  });

  test('one key of two kinds is two documents', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 1));
    changes.remove('outbox', 'a');
    expect(changes.take()).toMatchObject({ put: [{ kind: 'told' }], remove: [{ kind: 'outbox' }] });
  });

  test('what is put back gives way to what has changed since, and comes before it', () => {
    const changes = createChanges();
    changes.put(documentOf('a', 'old'));
    changes.put(documentOf('b', 'old'));
    changes.addEvent(eventAt(1));
    const failed = changes.take();
    changes.remove('told', 'a');
    changes.addEvent(eventAt(2));
    if (failed) changes.putBack(failed);
    expect(changes.take()).toEqual({
      put: [documentOf('b', 'old')],
      remove: [{ kind: 'told', key: 'a' }],
      events: [eventAt(1), eventAt(2)],
    });
  });

  test('gives up the oldest events where more than 2,000 wait', () => {
    const changes = createChanges();
    for (let at = 0; at < 2_001; at += 1) changes.addEvent(eventAt(at));
    const failed = changes.take();
    if (failed) changes.putBack(failed);
    const events = changes.take()?.events;
    expect(events).toHaveLength(2_000);
    expect(events?.[0]?.at).toBe(1);
  });
});

/** A commit into a store that can be full. What happens is noted in its order. */
function setUp() {
  const happened: string[] = [];
  const committed: AlertChanges[] = [];
  const disk = { isFull: false };
  const store: AlertStore = {
    load: () => [],
    events: () => [],
    onRecall: () => undefined,
    commit(changes) {
      if (disk.isFull) throw new Error('The disk is full');
      happened.push('committed');
      committed.push(changes);
    },
  };
  const log: Log = {
    ...SILENT_LOG,
    warn: (message) => void happened.push(`warned: ${message}`),
    info: (message) => void happened.push(`said: ${message}`),
  };
  const state = createAlertingState();
  const feed = createEventFeed<AlertEvent>(() => undefined);
  feed.subscribe(({ at }) => happened.push(`heard ${at - NOW}`));
  const note = (at: number) => state.addEvent({ kind: 'firing', at: NOW + at, alert: accountAlert('acme') });
  return { commit: createCommit(state, store, feed, log), disk, note, happened, committed };
}

describe('createCommit()', () => {
  test('writes before it notifies, and nothing where nothing has changed', () => {
    const { commit, note, happened } = setUp();
    commit();
    note(1);
    commit();
    commit();
    expect(happened).toEqual(['committed', 'heard 1']);
  });

  test('warns once while the store is full, reports each event once, and writes all of it later', () => {
    const { commit, note, disk, happened, committed } = setUp();
    disk.isFull = true;
    note(1);
    commit();
    note(2);
    commit();
    commit();
    disk.isFull = false;
    note(3);
    commit();
    expect(happened).toEqual([
      'warned: Alerts cannot be stored; alerting continues from memory',
      'heard 1',
      'heard 2',
      'committed',
      'said: Alerts can be stored again',
      'heard 3',
    ]);
    expect(committed[0]?.events.map(({ at }) => at - NOW)).toEqual([1, 2, 3]);
  });

  test('warns again when the store is full again', () => {
    const { commit, note, disk, happened } = setUp();
    for (const isFull of [true, false, true]) {
      disk.isFull = isFull;
      note(1);
      commit();
    }
    expect(happened.filter((entry) => entry.startsWith('warned'))).toHaveLength(2);
  });
});

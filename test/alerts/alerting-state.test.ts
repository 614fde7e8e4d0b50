import { describe, expect, test } from 'vitest';
import { createAlertingState } from '../../src/alerts/alerting-state.ts';
import type { Alert } from '../../src/domain/alerts/alert.ts';
import type { NotificationRecord } from '../../src/domain/alerts/delivery/notification.ts';
import type { AlertRecord } from '../../src/domain/alerts/lifecycle/advance-alert.ts';
import type { AlertDocument } from '../../src/domain/alerts/lifecycle/alert-store.ts';
import { withoutFuture } from '../../src/domain/shift-moments.ts';
import { accountAlert, LOW, notificationOf } from '../domain/alerts/sample-alerts.ts';
import { MINUTE_MS, NOW } from '../domain/alerts/snapshots.ts';

const ACME = { kind: 'bucket', key: 'source acme', source: undefined } as const;
const KEY = 'RateLimitExhausted exhausted source acme';

function recordOf(differences: Partial<Alert> = {}): AlertRecord {
  return { alert: accountAlert('acme', differences), clearSince: undefined };
}

/** What was seen so many minutes later. */
function seenLater(minutes: number): AlertRecord {
  const { facts } = accountAlert('acme');
  return recordOf({ facts: { ...facts, at: NOW + minutes * MINUTE_MS } });
}

const TOLD: NotificationRecord = {
  receiver: 'slack',
  fingerprint: 'f',
  rule: 'RateLimitExhausted',
  groupKey: 'g',
  toldAt: NOW,
  thread: undefined,
  inFlight: 'n-1',
  hasArrived: false,
  over: undefined,
};

describe('createLedger()', () => {
  test('restores after a restart what was committed before it', () => {
    const before = createAlertingState();
    before.setRecord(KEY, recordOf());
    before.setBaseline('b', { limit: 100, windowSeconds: 3_600, seenAt: NOW });
    before.setNotificationRecord(TOLD);
    before.addToOutbox(notificationOf({ id: 'n-1' }));
    const written = before.take()?.put ?? [];

    const after = createAlertingState();
    after.load(JSON.parse(JSON.stringify(written)), NOW + MINUTE_MS);
    expect(after.record(KEY)?.alert.fingerprint).toBe(accountAlert('acme').fingerprint);
    expect(after.isExhausted(ACME)).toBe(true);
    expect(after.baseline('b')?.limit).toBe(100);
    expect(after.notificationRecords('slack')).toMatchObject([{ fingerprint: 'f', inFlight: 'n-1' }]);
    expect(after.recordedReceivers()).toEqual(['slack']);
    expect(after.outbox().map(({ id }) => id)).toEqual(['n-1']);
    expect(after.take()).toBeUndefined();
  });

  test('goes on without documents that cannot be used, and names them', () => {
    const state = createAlertingState();
    const unusable = state.load(
      [
        { kind: 'alert', key: 'broken', value: { alert: 7 } },
        { kind: 'alert', key: KEY, value: recordOf() },
      ],
      NOW,
    );
    expect(unusable).toEqual(['alert broken']);
    expect([...state.records().keys()]).toEqual([KEY]);
  });

  test('sends after a restart in the order in which it was decided', () => {
    const documentOf = (id: string, at: number): AlertDocument => {
      return { kind: 'outbox', key: id, value: notificationOf({ id, at }) };
    };
    const state = createAlertingState();
    state.load([documentOf('late', 2), documentOf('early', 1)], NOW);
    expect(state.outbox().map(({ id }) => id)).toEqual(['early', 'late']);
  });

  // what is there, whether the bucket counts as exhausted
  test.each<[string, Partial<Alert>, boolean]>([
    ['fires for an empty bucket', {}, true],
    ['may fire soon', { state: 'pending' }, false],
    ['is about a low bucket', LOW, false],
  ])('an alert that %s', (_, differences, isExhausted) => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf(differences));
    expect(state.isExhausted(ACME)).toBe(isExhausted);
  });

  test('a bucket is exhausted until the last of its alerts is over', () => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf());
    state.setRecord('Mine exhausted source acme', recordOf({ rule: 'Mine' }));
    state.setRecord(KEY, undefined);
    expect(state.isExhausted(ACME)).toBe(true);
    state.setRecord('Mine exhausted source acme', undefined);
    expect(state.isExhausted(ACME)).toBe(false);
  });

  test('does not write the numbers of each probe, but returns them', () => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf());
    state.take();
    state.setRecord(KEY, seenLater(1));
    expect(state.take()).toBeUndefined();
    expect(state.record(KEY)?.alert.facts.at).toBe(NOW + MINUTE_MS);
  });

  // what became of an alert, each of which a restart must not forget
  test.each<[string, AlertRecord]>([
    ['its state', recordOf({ state: 'pending' })],
    ['since when it seems over', { ...recordOf(), clearSince: NOW }],
    ['whom it names', recordOf({ credentials: ['ci', 'web'] })],
  ])('writes %s', (_, after) => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf());
    state.take();
    state.setRecord(KEY, after);
    expect(state.take()?.put).toEqual([{ kind: 'alert', key: KEY, value: after }]);
  });

  test('tidy() writes numbers that are 5 minutes newer than the written ones', () => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf());
    state.take();
    state.setRecord(KEY, seenLater(4));
    state.maintain(NOW);
    expect(state.take()).toBeUndefined();
    state.setRecord(KEY, seenLater(5));
    state.maintain(NOW);
    expect(state.take()?.put).toMatchObject([{ kind: 'alert', key: KEY }]);
    state.maintain(NOW);
    expect(state.take()).toBeUndefined();
  });

  test('tidy() forgets limits of buckets that will not come back', () => {
    const state = createAlertingState();
    state.setBaseline('old', { limit: 100, windowSeconds: 3_600, seenAt: NOW - 31 * 24 * 3_600_000 });
    state.setBaseline('new', { limit: 100, windowSeconds: 3_600, seenAt: NOW });
    state.maintain(NOW);
    expect(state.baseline('old')).toBeUndefined();
    expect(state.take()).toMatchObject({
      put: [{ key: 'new' }],
      remove: [{ kind: 'baseline', key: 'old' }],
    });
  });

  test('two receivers are notified of one alert independently', () => {
    const state = createAlertingState();
    state.setNotificationRecord(TOLD);
    state.setNotificationRecord({ ...TOLD, receiver: 'pager' });
    state.removeNotificationRecord('slack', 'f');
    expect(state.notificationRecords('slack')).toEqual([]);
    expect(state.notificationRecords('pager')).toHaveLength(1);
    expect(state.take()).toMatchObject({ put: [{ key: 'f pager' }], remove: [{ key: 'f slack' }] });
  });

  test('moves everything in time when the clock was set, and writes it', () => {
    const state = createAlertingState();
    state.setRecord(KEY, recordOf());
    state.setNotificationRecord(TOLD);
    state.setBaseline('b', { limit: 100, windowSeconds: 3_600, seenAt: NOW });
    state.take();
    state.clockJumped(-60 * MINUTE_MS);
    const pendingAt = accountAlert('acme').pendingAt - 60 * MINUTE_MS;
    expect(state.record(KEY)?.alert.pendingAt).toBe(pendingAt);
    expect(state.notificationRecords('slack')).toMatchObject([{ toldAt: NOW - 60 * MINUTE_MS }]);
    expect(state.baseline('b')?.seenAt).toBe(NOW - 60 * MINUTE_MS);
    expect(
      state
        .take()
        ?.put.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['alert', 'baseline', 'told']);
  });

  test('treats what a clock wrote that was ahead as what has just happened', () => {
    const state = createAlertingState();
    const silence = { id: 's', startsAt: NOW, endsAt: NOW + 120 * MINUTE_MS };
    const now = NOW - 60 * MINUTE_MS;
    state.load([{ kind: 'told', key: 'f slack', value: TOLD }], now);
    expect(state.notificationRecords('slack')).toMatchObject([{ toldAt: now }]);
    expect(withoutFuture(silence, now, ['endsAt'])).toMatchObject({
      startsAt: now,
      endsAt: now + 120 * MINUTE_MS,
    });
  });
});

import { describe, expect, test } from 'vitest';
import {
  type AlertDocument,
  restoreDocument,
  restoreEvent,
} from '../../../../src/domain/alerts/lifecycle/alert-store.ts';
import { accountAlert, notificationOf } from '../sample-alerts.ts';
import { NOW } from '../snapshots.ts';

type Kind = AlertDocument['kind'];

const ALERT = accountAlert('acme');
const SILENCE = {
  id: 's',
  kind: 'silence',
  subjectKey: 'source acme',
  rule: undefined,
  author: 'a',
  comment: '',
  startsAt: NOW,
  endsAt: NOW + 1,
};
const TOLD = {
  receiver: 'slack',
  fingerprint: 'f',
  rule: 'r',
  groupKey: 'g',
  toldAt: NOW,
  thread: undefined,
  inFlight: undefined,
  hasArrived: true,
  over: ALERT,
};
const WHOLE: Readonly<Record<Kind, unknown>> = {
  alert: { alert: ALERT, clearSince: NOW },
  silence: SILENCE,
  told: TOLD,
  outbox: notificationOf({ alerts: [ALERT] }),
  baseline: { limit: 100, windowSeconds: 3_600, seenAt: NOW },
};

function restore(kind: Kind, value: unknown): unknown {
  return restoreDocument({ kind, key: 'k', value: JSON.parse(JSON.stringify(value)) })?.value;
}

describe('restoreDocument()', () => {
  test.each(Object.entries(WHOLE) as [Kind, unknown][])(
    'reads back what was written of kind %s',
    (kind, value) => {
      expect(restore(kind, value)).toEqual(value);
    },
  );

  test.each<[string, Kind, unknown]>([
    ['an alert without a subject', 'alert', { alert: { ...ALERT, subject: undefined } }],
    ['an alert about nothing', 'alert', { alert: { ...ALERT, credentials: [] } }],
    ['an alert with a condition of a newer version', 'alert', { alert: { ...ALERT, when: 'aliens' } }],
    ['an alert from the year 275760', 'alert', { alert: { ...ALERT, firedAt: 8.64e15 } }],
    ['an alert whose facts have no moment', 'alert', { alert: { ...ALERT, facts: {} } }],
    ['a silence without an end', 'silence', { ...SILENCE, endsAt: null }],
    ['a note of what was sent to no receiver', 'told', { ...TOLD, receiver: 7 }],
    ['a message without alerts', 'outbox', notificationOf({ alerts: [] })],
    ['a baseline that is no object', 'baseline', [100]],
  ])('leaves out %s', (_name, kind, value) => {
    expect(restore(kind, value)).toBeUndefined();
  });

  test('keeps an alert without those of its numbers that are not believable', () => {
    const forecast = { kind: 'exhausted', since: 21_600_000_000_000_000 };
    const facts = { ...ALERT.facts, windowSeconds: 21_600_000_000_000, forecast };
    expect(restore('alert', { alert: { ...ALERT, facts } })).toEqual({
      alert: { ...ALERT, facts: { ...ALERT.facts, windowSeconds: undefined, forecast: undefined } },
    });
  });

  test('keeps the readable alerts of a message', () => {
    const broken = { ...ALERT, subject: 'nothing' };
    expect(restore('outbox', { ...notificationOf({}), alerts: [broken, ALERT] })).toMatchObject({
      alerts: [{ fingerprint: ALERT.fingerprint }],
    });
  });
});

describe('restoreEvent()', () => {
  test('reads back what was written, and nothing else', () => {
    const fired = { kind: 'firing', at: NOW, alert: ALERT };
    const silenced = { kind: 'silenced', at: NOW, silence: SILENCE };
    expect([restoreEvent(fired), restoreEvent(silenced)]).toEqual([fired, silenced]);
    for (const broken of [
      { ...fired, kind: 'aliens' },
      { ...silenced, silence: 1 },
      { ...fired, at: 1e300 },
      7,
    ]) {
      expect(restoreEvent(broken)).toBeUndefined();
    }
  });
});

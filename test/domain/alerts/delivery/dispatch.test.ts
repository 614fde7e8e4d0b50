import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../../src/domain/alerts/alert.ts';
import type { DispatchInput } from '../../../../src/domain/alerts/delivery/compose-message.ts';
import { composeAcknowledgements } from '../../../../src/domain/alerts/delivery/compose-message.ts';
import { dispatch } from '../../../../src/domain/alerts/delivery/dispatch.ts';
import type {
  Notification,
  NotificationRecord,
} from '../../../../src/domain/alerts/delivery/notification.ts';
import { settleRecords } from '../../../../src/domain/alerts/delivery/notification.ts';
import type { Receiver, ReceiverTarget } from '../../../../src/domain/alerts/delivery/receiver.ts';
import type { Silence } from '../../../../src/domain/alerts/lifecycle/silence.ts';
import { receiver } from '../../../alerts/test-receivers.ts';
import { accountAlert, LOW } from '../sample-alerts.ts';
import { MINUTE_MS, NOW } from '../snapshots.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 60 * MINUTE_MS;
const PAGER: ReceiverTarget = {
  kind: 'pagerduty',
  routingKey: () => Promise.reject(new Error('Unused')),
  url: 'unused',
};

/** One receiver over time: each call is a moment at which a message may be sent, and everything arrives at once. */
class Listener {
  readonly #receiver: Receiver;
  #told = new Map<string, NotificationRecord>();
  #ids = 0;
  /** Whether messages arrive. */
  arrives = true;
  silences: Silence[] = [];

  constructor(differences: Partial<Receiver> = {}) {
    this.#receiver = receiver('r', differences);
  }

  at(now: number, firing: readonly Alert[]): readonly Notification[] {
    const { notifications, records: told, removed: forgotten } = dispatch(this.input(now, firing));
    for (const entry of told) this.#told.set(entry.fingerprint, entry);
    for (const fingerprint of forgotten) this.#told.delete(fingerprint);
    for (const notification of notifications) this.settle(notification);
    return notifications;
  }

  input(now: number, firing: readonly Alert[]): DispatchInput {
    return {
      receiver: this.#receiver,
      firing,
      records: [...this.#told.values()],
      silences: this.silences,
      pageUrl: 'https://headroom.example.com/',
      newId: () => `id-${this.#ids++}`,
      now,
    };
  }

  end(alert: Alert, now: number, resolution: Alert['resolution'] = 'recovered'): void {
    const entry = this.#told.get(alert.fingerprint);
    const over: Alert = { ...alert, state: 'resolved', resolvedAt: now, resolution };
    if (entry) this.#told.set(alert.fingerprint, { ...entry, over });
  }

  settle(notification: Notification): void {
    const settlement = this.arrives
      ? ({ kind: 'delivered', thread: `thread ${notification.groupKey}` } as const)
      : ({ kind: 'dropped', reason: 'refused' } as const);
    for (const entry of settleRecords([...this.#told.values()], notification, settlement)) {
      this.#told.set(entry.fingerprint, entry);
    }
  }

  get remembers(): number {
    return this.#told.size;
  }
}

function gist(notifications: readonly Notification[]): string[] {
  return notifications.map(({ transition, alerts }) => {
    return `${transition} ${alerts.map(({ rule, subject }) => `${rule} ${subject.source?.value}`).join(', ')}`;
  });
}

describe('dispatch()', () => {
  const exhausted = accountAlert('a');
  const low = accountAlert('a', LOW);

  test('sends a critical alert at once, and only once', () => {
    const listener = new Listener();
    expect(gist(listener.at(NOW, [exhausted]))).toEqual(['fire RateLimitExhausted a']);
    expect(listener.at(NOW + 5 * SECOND_MS, [exhausted])).toEqual([]);
  });

  test('gathers what follows a critical alert, and warnings from the first on', () => {
    const listener = new Listener();
    const all = ['a', 'b', 'c', 'd'].map((bucket, i) =>
      accountAlert(bucket, { firedAt: NOW + i * SECOND_MS }),
    );
    expect(listener.at(NOW, all.slice(0, 1))).toHaveLength(1);
    expect(listener.at(NOW + 3 * SECOND_MS, all)).toEqual([]);
    expect(listener.at(NOW + 15 * SECOND_MS, all)[0]?.alerts).toHaveLength(3);
    const warned = new Listener();
    expect(warned.at(NOW, [low])).toEqual([]);
    expect(gist(warned.at(NOW + 15 * SECOND_MS, [low]))).toEqual(['fire RateLimitLow a']);
  });

  test('sends forty buckets of one moment in one message, limited to fifty', () => {
    const many = Array.from({ length: 60 }, (_, i) => accountAlert(`bucket-${i}`));
    const [message] = new Listener().at(NOW, many);
    expect(message).toMatchObject({ truncatedAlerts: 10 });
    expect(message?.alerts).toHaveLength(50);
    expect(new Listener({ target: PAGER }).at(NOW, many)[0]?.alerts).toHaveLength(60);
  });

  test('notifies each receiver of its severities only', () => {
    const listener = new Listener({ severities: ['warning'] });
    expect(gist(listener.at(NOW + MINUTE_MS, [exhausted, accountAlert('b', LOW)]))).toEqual([
      'fire RateLimitLow b',
    ]);
  });

  test('sends nothing to a receiver that takes the whole state', () => {
    const target: ReceiverTarget = {
      kind: 'alertmanager',
      urls: [],
      authorization: undefined,
      resendIntervalMs: MINUTE_MS,
    };
    expect(new Listener({ target }).at(NOW, [exhausted])).toEqual([]);
  });

  test('an exhausted bucket mutes its own warnings, and no others', () => {
    const listener = new Listener();
    const told = listener.at(NOW + MINUTE_MS, [exhausted, low, accountAlert('b', LOW)]);
    expect(gist(told)).toEqual(['fire RateLimitExhausted a', 'fire RateLimitLow b']);
  });

  test('reports the end in the same thread', () => {
    const listener = new Listener();
    const [fire] = listener.at(NOW, [exhausted]);
    listener.end(exhausted, NOW + MINUTE_MS);
    expect(listener.at(NOW + MINUTE_MS + 14 * SECOND_MS, [])).toEqual([]);
    const [end] = listener.at(NOW + MINUTE_MS + 15 * SECOND_MS, []);
    expect(end).toMatchObject({ transition: 'resolve', groupKey: fire?.groupKey, stillFiring: 0 });
    expect(end?.thread).toBe(`thread ${fire?.groupKey}`);
    expect(listener.remembers).toBe(0);
  });

  test('reports some ends of a group after five minutes, and the last ones at once', () => {
    const listener = new Listener();
    const [a, b] = [accountAlert('a'), accountAlert('b')];
    listener.at(NOW, [a, b]);
    listener.end(a, NOW + MINUTE_MS);
    expect(listener.at(NOW + 5 * MINUTE_MS, [b])).toEqual([]);
    expect(listener.at(NOW + 6 * MINUTE_MS, [b])).toMatchObject([{ transition: 'resolve', stillFiring: 1 }]);
    listener.end(b, NOW + 7 * MINUTE_MS);
    expect(listener.at(NOW + 7 * MINUTE_MS + 15 * SECOND_MS, [])).toMatchObject([{ stillFiring: 0 }]);
  });

  test('sends one end if the bucket was low before', () => {
    for (const [target, ends] of [
      [undefined, 1],
      [PAGER, 2],
    ] as const) {
      const listener = new Listener(target && { target });
      listener.at(NOW + MINUTE_MS, [low]);
      listener.at(NOW + 2 * MINUTE_MS, [exhausted, low]);
      listener.end(exhausted, NOW + HOUR_MS);
      listener.end(low, NOW + HOUR_MS);
      expect(listener.at(NOW + HOUR_MS + MINUTE_MS, [])).toHaveLength(ends);
      expect(listener.remembers).toBe(0);
    }
  });

  test('what is overtaken is no news, except to a machine', () => {
    for (const [target, ends] of [
      [undefined, 0],
      [PAGER, 1],
    ] as const) {
      const listener = new Listener(target && { target });
      listener.at(NOW + MINUTE_MS, [low]);
      listener.end(low, NOW + 2 * MINUTE_MS, 'overtaken');
      expect(listener.at(NOW + HOUR_MS, [])).toHaveLength(ends);
    }
  });

  test('does not send ends to a receiver that has them off', () => {
    const listener = new Listener({ sendResolved: false });
    listener.at(NOW, [exhausted]);
    listener.end(exhausted, NOW + MINUTE_MS);
    expect(listener.at(NOW + HOUR_MS, [])).toEqual([]);
    expect(listener.remembers).toBe(0);
  });

  test('an alert that fires again before its end was sent goes on as if nothing had happened', () => {
    const listener = new Listener();
    listener.at(NOW, [exhausted]);
    listener.end(exhausted, NOW + MINUTE_MS);
    const again = {
      ...exhausted,
      pendingAt: NOW + MINUTE_MS + SECOND_MS,
      firedAt: NOW + MINUTE_MS + SECOND_MS,
    };
    expect(listener.at(NOW + MINUTE_MS + SECOND_MS, [again])).toEqual([]);
    expect(listener.at(NOW + HOUR_MS, [again])).toEqual([]);
  });

  test('repeats after the interval, and never a change of the limit', () => {
    const listener = new Listener();
    const changed = accountAlert('a', { rule: 'RateLimitChanged', when: 'changed', severity: 'info' });
    listener.at(NOW + MINUTE_MS, [exhausted, changed]);
    expect(listener.at(NOW + 4 * HOUR_MS, [exhausted, changed])).toEqual([]);
    const repeated = listener.at(NOW + 4 * HOUR_MS + MINUTE_MS, [exhausted, changed]);
    expect(gist(repeated)).toEqual(['repeat RateLimitExhausted a']);
  });

  test('what was never accepted is sent as new at the next interval, and its end is no news', () => {
    const listener = new Listener();
    listener.arrives = false;
    listener.at(NOW, [exhausted]);
    expect(gist(listener.at(NOW + 4 * HOUR_MS, [exhausted]))).toEqual(['fire RateLimitExhausted a']);
    listener.end(exhausted, NOW + 5 * HOUR_MS);
    expect(listener.at(NOW + 6 * HOUR_MS, [])).toEqual([]);
  });

  test('sends nothing more about an alert while a message about it is being sent', () => {
    const listener = new Listener();
    listener.settle = () => undefined;
    listener.at(NOW, [exhausted]);
    expect(listener.at(NOW + 5 * HOUR_MS, [exhausted])).toEqual([]);
    listener.end(exhausted, NOW + 5 * HOUR_MS);
    expect(listener.at(NOW + 6 * HOUR_MS, [])).toEqual([]);
  });
});

describe('dispatch() in quiet hours', () => {
  const NIGHT = { fromMinute: 22 * 60, toMinute: 7 * 60, timeZone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  const morning = NOW + 7 * HOUR_MS;

  test('holds back everything but critical alerts until they end', () => {
    const listener = new Listener({ quietHours: NIGHT });
    const low = accountAlert('b', LOW);
    expect(gist(listener.at(NOW + MINUTE_MS, [accountAlert('a'), low]))).toEqual([
      'fire RateLimitExhausted a',
    ]);
    expect(gist(listener.at(morning, [low]))).toEqual(['fire RateLimitLow b']);
  });

  test('sends nothing about alerts that came and went', () => {
    const listener = new Listener({ quietHours: NIGHT });
    const low = accountAlert('b', LOW);
    listener.at(NOW + MINUTE_MS, [low]);
    listener.end(low, NOW + HOUR_MS);
    expect(listener.at(morning, [])).toEqual([]);
  });

  test('sends in the morning the end of what was sent before', () => {
    const listener = new Listener({ quietHours: { ...NIGHT, fromMinute: 60 } });
    const low = accountAlert('b', LOW);
    listener.at(NOW + MINUTE_MS, [low]);
    listener.end(low, NOW + 2 * HOUR_MS);
    expect(listener.at(NOW + 3 * HOUR_MS, [])).toEqual([]);
    expect(gist(listener.at(morning, []))).toEqual(['resolve RateLimitLow b']);
  });
});

describe('dispatch() under a silence', () => {
  const silence: Silence = {
    id: 's',
    kind: 'silence',
    subjectKey: 'source a',
    rule: undefined,
    author: 'Ada',
    comment: '',
    startsAt: NOW,
    endsAt: NOW + HOUR_MS,
  };

  test('sends nothing about its bucket, and afterwards what still fires', () => {
    const listener = new Listener();
    listener.silences = [silence];
    const [a, b] = [accountAlert('a'), accountAlert('b')];
    expect(gist(listener.at(NOW, [a, b]))).toEqual(['fire RateLimitExhausted b']);
    expect(gist(listener.at(NOW + HOUR_MS, [a, b]))).toEqual(['fire RateLimitExhausted a']);
  });

  test('holds an end back, which an acknowledgement does not', () => {
    for (const [kind, ends] of [
      ['silence', 0],
      ['acknowledgement', 1],
    ] as const) {
      const listener = new Listener();
      const alert = accountAlert('a');
      listener.at(NOW, [alert]);
      listener.silences = [{ ...silence, kind }];
      listener.end(alert, NOW + MINUTE_MS);
      expect(listener.at(NOW + 2 * MINUTE_MS, [])).toHaveLength(ends);
    }
  });

  test('is sent to the receivers of its alerts', () => {
    const listener = new Listener();
    const alerts = [accountAlert('a'), accountAlert('b')];
    expect(composeAcknowledgements(listener.input(NOW, alerts), silence)).toEqual([]);
    listener.at(NOW, alerts);
    const [message, ...more] = composeAcknowledgements(listener.input(NOW + MINUTE_MS, alerts), silence);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      transition: 'acknowledge',
      silence,
      alerts: [{ subject: { key: 'source a' } }],
    });
    expect(message?.thread).toBeDefined();
  });
});

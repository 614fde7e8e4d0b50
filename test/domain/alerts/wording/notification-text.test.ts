import { expect, test } from 'vitest';
import type { Alert } from '../../../../src/domain/alerts/alert.ts';
import type { Notification } from '../../../../src/domain/alerts/delivery/notification.ts';
import type { Silence } from '../../../../src/domain/alerts/lifecycle/silence.ts';
import { notificationWords } from '../../../../src/domain/alerts/wording/notification-text.ts';
import { plainText } from '../../../../src/domain/alerts/wording/words.ts';
import { accountSubject, after, alertOf, credentialSubject, NOW, notificationOf } from '../sample-alerts.ts';

const exhausted = alertOf({ subject: accountSubject('acmeci') });
const low = alertOf({ when: 'low', severity: 'warning' });
const rejected = alertOf({ when: 'rejected', subject: credentialSubject('old'), credentials: ['old'] });
const over = { state: 'resolved', resolvedAt: NOW, resolution: 'recovered' } as const;
const SILENCE: Silence = {
  id: 's1',
  kind: 'acknowledgement',
  subjectKey: '203.0.113.7',
  rule: undefined,
  author: 'Ada',
  comment: 'restarting\nthe mirror',
  startsAt: NOW,
  endsAt: after(240),
};

/** Status and headline of a message. */
function head(alerts: readonly Alert[], changes: Partial<Notification> = {}): string {
  const { status, headline } = notificationWords(notificationOf({ alerts, ...changes }), 10, NOW);
  return `${status}: ${plainText(headline)}`;
}

/** Messages, by what they tell of. */
const HEADS: [string, string][] = [
  ['Critical: Docker Hub pulls are used up for the account acmeci', head([exhausted])],
  ['Critical: Docker Hub pulls are used up for 2 buckets', head([exhausted, exhausted])],
  [
    'Critical: Docker Hub pulls are still used up for 2 buckets',
    head([exhausted, exhausted], { transition: 'repeat' }),
  ],
  ['Critical: Docker Hub rejects 2 logins', head([rejected, rejected])],
  ['Warning: Docker Hub pulls are low for 2 buckets', head([low, low])],
  [
    'Critical: 4 alerts about Docker Hub: 1 used up, 2 low, 1 login rejected',
    head([low, exhausted, low, rejected]),
  ],
  [
    'Critical: 39 alerts about Docker Hub: 2 used up, 37 more',
    head([exhausted, exhausted], { truncatedAlerts: 37 }),
  ],
  [
    'Resolved: Docker Hub pulls are back for 2 buckets',
    head(
      [
        { ...exhausted, ...over },
        { ...exhausted, ...over },
      ],
      { transition: 'resolve' },
    ),
  ],
  [
    'Resolved: 2 alerts about Docker Hub have ended: 1 used up, 1 low',
    head(
      [
        { ...exhausted, ...over },
        { ...low, ...over },
      ],
      { transition: 'resolve' },
    ),
  ],
  [
    'Acknowledged: Docker Hub pulls are used up for the account acmeci',
    head([exhausted], { transition: 'acknowledge', silence: SILENCE }),
  ],
  [
    'Silenced: Docker Hub pulls are used up for the account acmeci',
    head([exhausted], { transition: 'acknowledge', silence: { ...SILENCE, kind: 'silence' } }),
  ],
];

test.each(HEADS)('notificationWords() writes "%s"', (expected, said) => {
  expect(said).toBe(expected);
});

test('notificationWords() lists the worst alerts first, and counts those that it leaves out', () => {
  const { listed: told, more } = notificationWords(
    notificationOf({ alerts: [low, low, exhausted], truncatedAlerts: 3 }),
    2,
    NOW,
  );
  expect(told.map(({ alert }) => alert.severity)).toEqual(['critical', 'warning']);
  expect(more).toBe(4);
});

test('notificationWords() states how many others are not over', () => {
  const ended = notificationOf({
    transition: 'resolve',
    alerts: [{ ...exhausted, ...over }],
    stillFiring: 8,
  });
  const { status, note } = notificationWords(ended, 10, NOW);
  expect(status).toBe('Resolved');
  expect(plainText(note ?? [])).toBe('8 others still fire.');
});

test('notificationWords() states who acknowledged, until when, and why', () => {
  const acknowledged = notificationOf({ transition: 'acknowledge', silence: SILENCE });
  const silenced = notificationOf({
    transition: 'acknowledge',
    silence: { ...SILENCE, kind: 'silence', comment: '' },
  });
  const note = (notification: Notification) => plainText(notificationWords(notification, 10, NOW).note ?? []);
  expect(note(acknowledged)).toBe('Ada works on it. There are no reminders until 06:14 UTC.');
  expect(notificationWords(acknowledged, 10, NOW).comment).toBe('restarting the mirror');
  expect(note(silenced)).toBe('Ada has silenced it until 06:14 UTC.');
  expect(notificationWords(silenced, 10, NOW).comment).toBeUndefined();
});

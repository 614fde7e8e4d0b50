import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alerts/alert.ts';
import type { Transition } from '../../../src/domain/alerts/delivery/notification.ts';
import { CONDITIONS } from '../../../src/domain/alerts/rules/alert-rule.ts';
import { after, alertOf, NOW, notificationOf } from './sample-alerts.ts';

/** Text with markup, mentions, quotes, control characters or letters that run from right to left. */
const HOSTILE = [
  '<!channel>',
  '<@U012AB3CD>',
  '<https://evil.example|click here>',
  '&lt;!here&gt;',
  '`code` *bold* _it_ ~no~',
  '\u202Eenil siht',
  '\u200F',
  '\n# header\n> quote',
  '"\\"}]',
  '{"type":"x"}',
  '👩‍👩‍👧‍👦',
  `Z${'\u0351'.repeat(200)}`,
  'מאגר',
  ':rotating_light:',
  '\uD800',
  '&'.repeat(255),
  '',
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));

const SOME_PULLS = { low: 123_456, high: 234_567 };

const hostileAlert: fc.Arbitrary<Alert> = fc
  .record({
    when: fc.constantFrom(...CONDITIONS),
    state: fc.constantFrom('firing' as const, 'resolved' as const),
    resolution: fc.constantFrom('recovered' as const, 'removed' as const),
    credentials: fc.array(hostileText, { minLength: 1, maxLength: 30 }),
    source: hostileText,
    rule: hostileText,
    advice: hostileText,
    remaining: fc.option(fc.maxSafeInteger(), { nil: undefined }),
    forecast: fc.constantFrom(undefined, alertOf().facts.forecast),
    kind: fc.constantFrom('bucket' as const, 'credential' as const),
    teams: fc.array(hostileText, { maxLength: 3 }),
  })
  .map(({ source, advice, remaining, forecast, kind, state, resolution, teams, ...rest }) =>
    alertOf(
      {
        ...rest,
        state,
        ...(state === 'resolved' && { resolvedAt: after(5), resolution }),
        subject: { kind, key: 'k', source: { value: source, kind: 'account' } },
      },
      {
        remaining,
        forecast,
        trouble: { reason: 'timeout', meaning: advice, advice },
        spenders: {
          spenders: teams.map((team) => ({ team, pulls: SOME_PULLS, workload: team, part: 'most' })),
          others: 1_000,
          spent: 1_000_000,
          unexplained: SOME_PULLS,
          unread: teams,
        },
      },
    ),
  );

/** Notifications about credentials and sources with such names, of every length. */
export const hostileNotification = fc
  .record({
    alerts: fc.array(hostileAlert, { minLength: 1, maxLength: 30 }),
    transition: fc.constantFrom<Transition[]>('fire', 'repeat', 'resolve', 'acknowledge'),
    truncatedAlerts: fc.nat({ max: 1_000 }),
    author: hostileText,
    comment: hostileText,
  })
  .map(({ author, comment, ...rest }) =>
    notificationOf({
      ...rest,
      silence: {
        id: 's',
        kind: 'acknowledgement',
        subjectKey: 'k',
        rule: undefined,
        author,
        comment,
        startsAt: NOW,
        endsAt: after(60),
      },
    }),
  );

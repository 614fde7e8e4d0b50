import type { Alert } from '../../../src/domain/alerts/alert.ts';
import type { Notification } from '../../../src/domain/alerts/delivery/notification.ts';
import { FAILURES } from '../../../src/domain/failure.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import {
  accountSubject,
  after,
  alertOf,
  credentialSubject,
  EXHAUSTED,
  HUB,
  LASTING,
  notificationOf,
  RUNNING_OUT,
} from '../../domain/alerts/sample-alerts.ts';

/** A rule's name, and Headroom's page about it. */
function ruleOf(rule: string): Pick<Alert, 'rule' | 'runbookUrl'> {
  return { rule, runbookUrl: `https://headroom.example.com/runbooks/${rule}` };
}

/** The credential with the most pulls left. */
const PULL_SECRET = {
  credential: 'pull-secret',
  limited: { remaining: 200, limit: 200, windowSeconds: 3_600 },
};

const low = alertOf(
  {
    ...ruleOf('RateLimitLow'),
    when: 'low',
    severity: 'warning',
    subject: accountSubject('acmeci'),
    credentials: ['ci', 'nightly-builds'],
  },
  { remaining: 38, limit: 200, forecast: { ...LASTING, limit: 200, remaining: 38 }, mostLeft: PULL_SECRET },
);
const runningOut = alertOf(
  { ...ruleOf('RateLimitRunningOut'), when: 'running_out', severity: 'warning' },
  { remaining: 18, forecast: RUNNING_OUT },
);
const rejected = alertOf(
  {
    ...ruleOf('CredentialRejected'),
    when: 'rejected',
    subject: credentialSubject('old-token'),
    credentials: ['old-token'],
  },
  {
    remaining: undefined,
    limit: undefined,
    windowSeconds: undefined,
    forecast: undefined,
    trouble: { reason: 'unauthorized', ...FAILURES.unauthorized },
  },
);
const unreachable = alertOf(
  {
    ...ruleOf('DockerHubUnreachable'),
    when: 'unreachable',
    severity: 'warning',
    subject: HUB,
    credentials: ['cluster-a', 'cluster-b', 'nat-b', 'ci', 'nightly-builds'],
    pendingAt: after(-1),
  },
  {
    remaining: undefined,
    limit: undefined,
    windowSeconds: undefined,
    forecast: undefined,
    lastSuccessAt: after(-11),
    trouble: { reason: 'timeout', ...FAILURES.timeout },
  },
);

/** Buckets of a dozen addresses: most are used up, some are low. */
const DOZEN: readonly Alert[] = Array.from({ length: 12 }, (_, i) => {
  const address = `198.51.100.${20 + i}`;
  const bucket = {
    subject: { kind: 'bucket', key: address, source: parseSource(address) },
    credentials:
      i % 3 === 0 ? [`runner-${i}`, `runner-${i}-gpu`, `nat-${i}`, `scan-${i}`, `dev-${i}`] : [`runner-${i}`],
  } as const;
  return i < 8
    ? alertOf({ ...bucket, pendingAt: after(-i) }, { forecast: { ...EXHAUSTED, since: after(-i) } })
    : alertOf(
        { ...bucket, rule: 'RateLimitLow', when: 'low', severity: 'warning' },
        { remaining: i, forecast: LASTING },
      );
});

const RESOLVED = notificationOf({
  transition: 'resolve',
  at: after(42),
  alerts: [
    alertOf(
      { state: 'resolved', resolvedAt: after(42), resolution: 'recovered' },
      { remaining: 63, forecast: LASTING },
    ),
  ],
});
const ACKNOWLEDGED = notificationOf({
  transition: 'acknowledge',
  at: after(6),
  silence: {
    id: 's1',
    kind: 'acknowledgement',
    subjectKey: '203.0.113.7',
    rule: undefined,
    author: 'Ada',
    comment: 'Moving the nightly scans to the mirror',
    startsAt: after(6),
    endsAt: after(246),
  },
});

/** One message of every kind, by the name of its picture. */
export const MESSAGES: Readonly<Record<string, Notification>> = {
  exhausted: notificationOf({ alerts: [alertOf({}, { mostLeft: PULL_SECRET })] }),
  low: notificationOf({ alerts: [low] }),
  'running-out': notificationOf({ alerts: [runningOut] }),
  grouped: notificationOf({ alerts: DOZEN }),
  resolved: RESOLVED,
  acknowledged: ACKNOWLEDGED,
  rejected: notificationOf({ alerts: [rejected] }),
  unreachable: notificationOf({ alerts: [unreachable] }),
};

/** The messages of a bot about one address, from the first to the last. */
export const THREAD: readonly [Notification, ...Notification[]] = [notificationOf(), ACKNOWLEDGED, RESOLVED];

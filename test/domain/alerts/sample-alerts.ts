import type { Alert, AlertFacts } from '../../../src/domain/alerts/alert.ts';
import type { Notification } from '../../../src/domain/alerts/delivery/notification.ts';
import { fingerprintOf } from '../../../src/domain/alerts/lifecycle/alert-identity.ts';
import type { Exhausted, Foreseen, TooLittleData } from '../../../src/domain/forecast/forecast.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import { NOW as MIDNIGHT } from './snapshots.ts';

/** The current time of the samples: a night in November, 02:14 UTC. */
export const NOW = Date.parse('2026-11-24T02:14:20Z');
const MINUTE_MS = 60_000;

/** Returns the instant so many minutes after `NOW`, in milliseconds since the epoch. */
export function after(minutes: number): number {
  return NOW + minutes * MINUTE_MS;
}

const SEEN = { at: NOW, limit: 100, window: { kind: 'sliding', weight: 0.8 }, returns: [] } as const;

/** No pulls are left since 02:14; the first return within the hour. */
export const EXHAUSTED: Exhausted = {
  ...SEEN,
  kind: 'exhausted',
  remaining: 0,
  since: NOW,
  firstReturn: { earliest: after(31), latest: after(36) },
  refill: { earliest: after(52), latest: after(60) },
};

/** 18 pulls are left; they will be used up in 7 to 16 minutes. */
export const RUNNING_OUT: Foreseen = {
  ...SEEN,
  kind: 'forecast',
  remaining: 18,
  refill: { earliest: after(48), latest: after(58) },
  ratePerHour: { low: 62, likely: 88, high: 118 },
  exhaustion: { earliest: after(7), likely: after(11), latest: after(16) },
  risk: 0.97,
};

/** 18 pulls are left, and they last until the bucket refills. */
export const LASTING: Foreseen = {
  ...RUNNING_OUT,
  ratePerHour: { low: 2, likely: 5, high: 9 },
  exhaustion: null,
  risk: 0.02,
};

/** 18 pulls are left, with too few samples for a forecast. */
export const TOO_LITTLE: TooLittleData = {
  ...SEEN,
  kind: 'too-little-data',
  remaining: 18,
  refill: null,
  samples: 2,
  neededSamples: 5,
};

const FACTS: AlertFacts = {
  remaining: 0,
  limit: 100,
  windowSeconds: 3_600,
  before: undefined,
  forecast: EXHAUSTED,
  trouble: undefined,
  lastSuccessAt: NOW,
  at: NOW,
};

const EXHAUSTED_ALERT: Alert = {
  fingerprint: 'RateLimitExhausted/203.0.113.7',
  rule: 'RateLimitExhausted',
  when: 'exhausted',
  severity: 'critical',
  state: 'firing',
  subject: { kind: 'bucket', key: '203.0.113.7', source: parseSource('203.0.113.7') },
  credentials: ['cluster-a', 'cluster-b', 'nat-b'],
  labels: { alertname: 'RateLimitExhausted', severity: 'critical' },
  pendingAt: NOW,
  firedAt: NOW,
  resolvedAt: undefined,
  resolution: undefined,
  facts: FACTS,
  runbookUrl: 'https://headroom.example.com/runbooks/RateLimitExhausted',
  silencedBy: undefined,
};

/** Creates an alert about an address whose pulls have just been used up, with these changes. */
export function alertOf(changes: Partial<Alert> = {}, facts: Partial<AlertFacts> = {}): Alert {
  return { ...EXHAUSTED_ALERT, facts: { ...FACTS, ...facts }, ...changes };
}

/** Creates an alert about the bucket of an account that is used up since `MIDNIGHT`, with these changes. */
export function accountAlert(account: string, changes: Partial<Alert> = {}): Alert {
  const { rule = 'RateLimitExhausted' } = changes;
  return alertOf(
    {
      fingerprint: fingerprintOf(`${rule} ${account}`),
      subject: { kind: 'bucket', key: `source ${account}`, source: { value: account, kind: 'account' } },
      credentials: ['ci'],
      labels: {},
      pendingAt: MIDNIGHT,
      firedAt: MIDNIGHT,
      ...changes,
    },
    { forecast: undefined, lastSuccessAt: MIDNIGHT, at: MIDNIGHT },
  );
}

/** The changes that make an alert one of RateLimitLow. */
export const LOW: Partial<Alert> = { rule: 'RateLimitLow', when: 'low', severity: 'warning' };

/** Creates a fire notification about an address whose pulls have just been used up, with these changes. */
export function notificationOf(changes: Partial<Notification> = {}): Notification {
  return {
    id: 'b3f1',
    receiver: 'platform',
    groupKey: 'group',
    transition: 'fire',
    alerts: [EXHAUSTED_ALERT],
    truncatedAlerts: 0,
    at: NOW,
    pageUrl: 'https://headroom.example.com/',
    thread: undefined,
    ...changes,
  };
}

/** Returns the bucket of an account as a subject. */
export function accountSubject(name: string): Alert['subject'] {
  return { kind: 'bucket', key: name, source: { value: name, kind: 'account' } };
}

/** Returns a single credential as a subject. */
export function credentialSubject(name: string): Alert['subject'] {
  return { kind: 'credential', key: name, source: undefined };
}

/** Docker Hub as a whole, as a subject. */
export const HUB: Alert['subject'] = { kind: 'hub', key: 'hub', source: undefined };

import type { Alert, AlertFacts } from '../../../src/domain/alerts/alert.ts';
import type { Notification } from '../../../src/domain/alerts/delivery/notification.ts';
import type { Exhausted, Foreseen, TooLittleData } from '../../../src/domain/forecast/forecast.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';

/** The moment that the samples are told at: a night in November, 02:14 UTC. */
export const NOW = Date.parse('2026-11-24T02:14:20Z');
const MINUTE_MS = 60_000;

/** A moment so many minutes after `NOW`. */
export function after(minutes: number): number {
  return NOW + minutes * MINUTE_MS;
}

const SEEN = { at: NOW, limit: 100, window: { kind: 'sliding', weight: 0.8 }, returns: [] } as const;

/** Nothing is left since 02:14; the first pulls are back within the hour. */
export const EXHAUSTED: Exhausted = {
  ...SEEN,
  kind: 'exhausted',
  remaining: 0,
  since: NOW,
  firstReturn: { earliest: after(31), latest: after(36) },
  refill: { earliest: after(52), latest: after(60) },
};

/** 18 are left, and will not be for long. */
export const RUNNING_DRY: Foreseen = {
  ...SEEN,
  kind: 'forecast',
  remaining: 18,
  refill: { earliest: after(48), latest: after(58) },
  ratePerHour: { low: 62, likely: 88, high: 118 },
  exhaustion: { earliest: after(7), likely: after(11), latest: after(16) },
  risk: 0.97,
};

/** 18 are left, which will do. */
export const LASTING: Foreseen = {
  ...RUNNING_DRY,
  ratePerHour: { low: 2, likely: 5, high: 9 },
  exhaustion: null,
  risk: 0.02,
};

/** 18 are left, and it has not been watched for long. */
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

/** An alert like that of an address whose pulls have just been used up, but for what is given. */
export function alertOf(changes: Partial<Alert> = {}, facts: Partial<AlertFacts> = {}): Alert {
  return { ...EXHAUSTED_ALERT, ...changes, facts: { ...FACTS, ...facts } };
}

/** A message that tells of an address whose pulls have just been used up, but for what is given. */
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

/** The bucket of an account. */
export function accountSubject(name: string): Alert['subject'] {
  return { kind: 'bucket', key: name, source: { value: name, kind: 'account' } };
}

/** A login by itself. */
export function credentialSubject(name: string): Alert['subject'] {
  return { kind: 'credential', key: name, source: undefined };
}

/** Docker Hub as a whole. */
export const HUB: Alert['subject'] = { kind: 'hub', key: 'hub', source: undefined };

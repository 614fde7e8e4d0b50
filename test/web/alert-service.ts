import type { Alert, AlertSubject } from '../../src/domain/alerts/alert.ts';
import type { ReceiverHealth } from '../../src/domain/alerts/delivery/notification.ts';
import type { AlertService } from '../../src/domain/alerts/lifecycle/alert-service.ts';
import type { AlertEvent } from '../../src/domain/alerts/lifecycle/alert-store.ts';
import type { Silence } from '../../src/domain/alerts/lifecycle/silence.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { alertOf, LOW } from '../domain/alerts/sample-alerts.ts';
import { NOW } from './states.ts';

const MINUTE_MS = 60_000;

/** Returns the subject of a source's bucket. */
export function bucketSubject(source: string): AlertSubject {
  return { kind: 'bucket', key: `source ${source}`, source: parseSource(source) };
}

/** Creates an alert of a bucket that has been low for 15 minutes. */
export function lowAlert(changes: Partial<Alert> = {}): Alert {
  return alertOf(
    {
      ...LOW,
      fingerprint: 'a1',
      subject: bucketSubject('203.0.113.7'),
      credentials: ['ci', 'nat-b'],
      labels: { alertname: 'RateLimitLow', severity: 'warning' },
      pendingAt: NOW - 17 * MINUTE_MS,
      firedAt: NOW - 15 * MINUTE_MS,
      runbookUrl: '/runbooks/RateLimitLow',
      ...changes,
    },
    {
      remaining: 12,
      windowSeconds: 21_600,
      forecast: undefined,
      lastSuccessAt: NOW - 30_000,
      at: NOW - 30_000,
    },
  );
}

/** Creates a silence of one hour. */
export function silence(changes: Partial<Silence> = {}): Silence {
  return {
    id: 's1',
    kind: 'silence',
    subjectKey: 'source 203.0.113.7',
    rule: undefined,
    author: 'ann',
    comment: 'the rollout of Monday',
    startsAt: NOW,
    endsAt: NOW + 60 * MINUTE_MS,
    ...changes,
  };
}

/** The content of an alert service. */
export interface AlertServiceContent {
  readonly alerts?: readonly Alert[];
  readonly silences?: readonly Silence[];
  readonly events?: readonly AlertEvent[];
  readonly receivers?: readonly ReceiverHealth[];
}

/** Creates an alert service with this content, to which silences can be added. */
export function alertServiceOf({
  alerts = [],
  silences = [],
  events = [],
  receivers = [],
}: AlertServiceContent): AlertService {
  let kept = silences;
  return {
    alerts: () => alerts,
    silences: () => kept,
    events: () => events,
    receivers: () => receivers,
    silence({ durationMs, ...request }) {
      if (request.author === '') throw new RangeError('The author must have 1 to 100 characters: 0');
      const added: Silence = { ...request, id: `new${kept.length}`, startsAt: NOW, endsAt: NOW + durationMs };
      kept = [...kept, added];
      return added;
    },
    unsilence(id) {
      const before = kept.length;
      kept = kept.filter((known) => known.id !== id);
      return kept.length < before;
    },
    subscribe: () => () => undefined,
  };
}

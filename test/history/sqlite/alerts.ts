import type { Alert } from '../../../src/domain/alerts/alert.ts';
import type {
  AlertChanges,
  AlertDocument,
  AlertEvent,
} from '../../../src/domain/alerts/lifecycle/alert-store.ts';

/** Changes with what is not said left empty. */
export function changes(said: Partial<AlertChanges>): AlertChanges {
  return { put: [], remove: [], events: [], ...said };
}

/** A document of an alert. */
export function alertDocument(key: string, value: unknown): AlertDocument {
  return { kind: 'alert', key, value };
}

/** An event as far as a store has to know it. */
export function fired(at: number, credentials: readonly string[] = ['anonymous']): AlertEvent {
  const subject = { kind: 'bucket', key: 'source 192.0.2.1', source: undefined } as const;
  const alert: Partial<Alert> = { rule: 'RateLimitLow', subject, credentials };
  return { kind: 'firing', at, alert: alert as Alert };
}

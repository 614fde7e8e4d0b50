import { isBelievable } from '../believable.ts';
import type { Forecast } from '../forecast/forecast.ts';
import type { Source } from '../rate-limit.ts';
import type { AlertCondition, Severity } from './rules/alert-rule.ts';

/**
 * Something that a person may have to know. One bucket is one alert of a rule, whatever the number of credentials that
 * draw on it.
 */
export interface Alert {
  /** Stays the same from the first pending to the last resolve, over restarts too: rule and subject. */
  readonly fingerprint: string;
  /** The rule's name. */
  readonly rule: string;
  readonly when: AlertCondition['when'];
  readonly severity: Severity;
  readonly state: AlertState;
  readonly subject: AlertSubject;
  /** Names of the credentials it is about, in the order of the configuration. Never empty. */
  readonly credentials: readonly string[];
  /** Labels for machines: `alertname`, `severity`, the subject and those of the rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the condition was first seen, in milliseconds since the epoch. */
  readonly pendingAt: number;
  /** When it fired; undefined while pending. */
  readonly firedAt: number | undefined;
  /** When it was resolved; undefined until then. */
  readonly resolvedAt: number | undefined;
  /** Why it ended; undefined until then. */
  readonly resolution: Resolution | undefined;
  /** What was known when it was last evaluated with success: a failed probe changes nothing here. */
  readonly facts: AlertFacts;
  /** Where a person reads what to do. */
  readonly runbookUrl: string;
  /** The id of the silence or acknowledgement that holds its messages back now. */
  readonly silencedBy: string | undefined;
}

/** Where an alert stands. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/**
 * `recovered` the condition has gone; `removed` a reload took its rule, credential or bucket away, or nobody has seen the
 * bucket for a window; `overtaken` a change is no news any more, or what was foreseen has come true.
 */
export type Resolution = 'recovered' | 'removed' | 'overtaken';

/** What an alert is about. */
export type AlertSubject =
  /** What Docker meters. `source` is undefined where the hub names none: then it is the bucket of one credential. */
  | { readonly kind: 'bucket'; readonly key: string; readonly source: Source | undefined }
  /** A login by itself, as when it is rejected. */
  | { readonly kind: 'credential'; readonly key: string; readonly source: Source | undefined }
  /** The hub as a whole, as when no probe succeeds. */
  | { readonly kind: 'hub'; readonly key: string; readonly source: undefined };

/** The numbers behind an alert, as far as they are known. Instants are milliseconds since the epoch. */
export interface AlertFacts {
  readonly remaining: number | undefined;
  readonly limit: number | undefined;
  readonly windowSeconds: number | undefined;
  /** Limit and window before they changed; for `changed` only. */
  readonly before: { readonly limit: number; readonly windowSeconds: number | undefined } | undefined;
  /** The newest forecast of the bucket. */
  readonly forecast: Forecast | undefined;
  /** The failure or block in words, with what to do; for `blocked`, `rejected` and `unreachable`. */
  readonly trouble:
    | { readonly reason: string; readonly meaning: string; readonly advice: string }
    | undefined;
  /** When a probe last succeeded. */
  readonly lastSuccessAt: number | undefined;
  /** When these facts were seen. */
  readonly at: number;
}

const NOTHING_KNOWN: Omit<AlertFacts, 'at'> = {
  remaining: undefined,
  limit: undefined,
  windowSeconds: undefined,
  before: undefined,
  forecast: undefined,
  trouble: undefined,
  lastSuccessAt: undefined,
};

/**
 * Returns an alert without the numbers behind it, for an alert whose numbers cannot be used: it is still told that it
 * fires, of which rule and for whom.
 * @param now milliseconds since the epoch, in place of instants that cannot be used
 */
export function bareAlert(alert: Alert, now: number): Alert {
  const instant = (at: number | undefined) => (at === undefined || isBelievable('instantMs', at) ? at : now);
  return {
    ...alert,
    pendingAt: instant(alert.pendingAt) ?? now,
    firedAt: instant(alert.firedAt),
    resolvedAt: instant(alert.resolvedAt),
    facts: { ...NOTHING_KNOWN, at: now },
  };
}

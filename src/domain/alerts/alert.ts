import { isBelievable } from '../believable.ts';
import type { Forecast } from '../forecast/forecast.ts';
import type { Source } from '../rate-limit.ts';
import type { Limited } from '../result.ts';
import type { BudgetStatus } from '../spending/budget.ts';
import type { CacheBalance } from '../spending/cache-leak.ts';
import type { LargestSpenders } from '../spending/largest-spenders.ts';
import type { Budget } from '../spending/spending-config.ts';
import type { RefusedPods } from '../spending/watched-spending.ts';
import type { AlertCondition, Severity } from './rules/alert-rule.ts';

/**
 * One problem that an operator may have to act on. A rule has at most one alert for a bucket, however many
 * credentials draw on that bucket.
 */
export interface Alert {
  /** Hash of rule and subject. Stays the same from the first pending state to the last resolve, across restarts. */
  readonly fingerprint: string;
  /** The rule's name. */
  readonly rule: string;
  readonly when: AlertCondition['when'];
  readonly severity: Severity;
  readonly state: AlertState;
  readonly subject: AlertSubject;
  /** Names of the affected credentials, in the order of the configuration. Empty only for a team and in a test message. */
  readonly credentials: readonly string[];
  /** Labels for machines: `alertname`, `severity`, those of the subject and those of the rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the condition was first seen, in milliseconds since the epoch. */
  readonly pendingAt: number;
  /** When it began to fire, in milliseconds since the epoch; undefined while pending. */
  readonly firedAt: number | undefined;
  /** When it was resolved, in milliseconds since the epoch; undefined until then. */
  readonly resolvedAt: number | undefined;
  /** Why it ended; undefined until then. */
  readonly resolution: Resolution | undefined;
  /** The numbers of the last successful evaluation. A failed probe does not change them. */
  readonly facts: AlertFacts;
  /** The URL of the instructions for this alert. */
  readonly runbookUrl: string;
  /** The id of the silence or acknowledgement that suppresses its notifications now; undefined if there is none. */
  readonly silencedBy: string | undefined;
}

/** The state of an alert: its condition holds but not yet long enough, it fires, or it has ended. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/**
 * Why an alert ended. `recovered`: the condition no longer holds. `removed`: a reload removed its rule,
 * credential or bucket, or no credential has drawn on the bucket for a whole window. `overtaken`: a changed
 * limit is no longer news, or the forecast has come true.
 */
export type Resolution = 'recovered' | 'removed' | 'overtaken';

/** What an alert is about. */
export type AlertSubject =
  /**
   * A bucket that Docker Hub meters. `source` is undefined if the hub names none: then the bucket belongs to
   * one credential.
   */
  | { readonly kind: 'bucket'; readonly key: string; readonly source: Source | undefined }
  /** A single credential, for example if its login is rejected. */
  | { readonly kind: 'credential'; readonly key: string; readonly source: Source | undefined }
  /** Docker Hub as a whole, for example if no probe succeeds. */
  | { readonly kind: 'hub'; readonly key: string; readonly source: undefined }
  /** A team, for its budget. It has no credentials. */
  | {
      readonly kind: 'team';
      readonly key: string;
      readonly source: undefined;
      readonly team: string;
      readonly per: Budget['per'];
    }
  /** A receiver, for a test message. It has no credentials, and is never stored. */
  | {
      readonly kind: 'receiver';
      readonly key: string;
      readonly source: undefined;
      readonly receiver: string;
    };

/** The numbers behind an alert; undefined where unknown. Instants are in milliseconds since the epoch. */
export interface AlertFacts {
  readonly remaining: number | undefined;
  readonly limit: number | undefined;
  readonly windowSeconds: number | undefined;
  /** Limit and window before they changed; for `changed` only. */
  readonly before: { readonly limit: number; readonly windowSeconds: number | undefined } | undefined;
  /** The newest forecast of the bucket. */
  readonly forecast: Forecast | undefined;
  /** The failure or block with its meaning and advice; for `blocked`, `rejected` and `unreachable`. */
  readonly trouble:
    | { readonly reason: string; readonly meaning: string; readonly advice: string }
    | undefined;
  /** When a probe last succeeded. */
  readonly lastSuccessAt: number | undefined;
  /** How a team stands in its budget; for `budget_exceeded` only. */
  readonly budget?: BudgetStatus | undefined;
  /** What the bucket lost beside the misses of its caches; for `cache_leak` only. */
  readonly cache?: (CacheBalance & { readonly names: readonly string[] }) | undefined;
  /** The pods that wait; for `pulls_refused` only. */
  readonly refused?: RefusedPods | undefined;
  /** Who spent the pulls of the window. Not stored: added when a message is sent. Undefined where spending is not configured. */
  readonly spenders?: LargestSpenders | undefined;
  /**
   * The credential with the most pulls left in another bucket, now. Added when alerts are listed; undefined if no other
   * credential has enough, and for other conditions.
   */
  readonly mostLeft?: MostLeft | undefined;
  /** When these facts were observed. */
  readonly at: number;
}

/** The credential with the most pulls left. */
export interface MostLeft {
  readonly credential: string;
  /** Its pulls; undefined if it has no limit. */
  readonly limited: Pick<Limited, 'remaining' | 'limit' | 'windowSeconds'> | undefined;
}

/** Facts without any value. */
export const NOTHING_KNOWN: Omit<AlertFacts, 'at'> = {
  remaining: undefined,
  limit: undefined,
  windowSeconds: undefined,
  before: undefined,
  forecast: undefined,
  trouble: undefined,
  lastSuccessAt: undefined,
};

/**
 * Returns a copy of an alert without its numbers, for an alert whose numbers are not believable. Rule, subject
 * and credentials stay.
 * @param now milliseconds since the epoch; replaces instants that are not believable
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

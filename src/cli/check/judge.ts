import type { Threshold } from '../../domain/alerts/rules/alert-rule.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';

/**
 * The states of the Monitoring Plugins with their exit codes (Development Guidelines, section 2.3), the best first.
 * Nothing is said of a credential that did not answer: that is UNKNOWN, not CRITICAL.
 */
export const STATUSES = { ok: 0, unknown: 3, warning: 1, critical: 2 } as const;

/** One of `STATUSES`. */
export type Status = keyof typeof STATUSES;

/** Below which remaining pulls a credential is in a bad way. */
export interface Thresholds {
  readonly warning: Threshold;
  readonly critical: Threshold;
}

/** What is to be said of one credential. */
export interface Judgement {
  readonly credential: CredentialJson;
  readonly status: Status;
  /** In a few words: `76 of 100 left in 1h`. */
  readonly words: string;
}

/** Judges one credential. */
export function judge(credential: CredentialJson, thresholds: Thresholds): Judgement {
  return { credential, status: statusOf(credential, thresholds), words: summaryOf(credential) };
}

/** The worst of all; nothing that was asked is UNKNOWN. */
export function worstStatus(judgements: readonly Pick<Judgement, 'status'>[]): Status {
  const order = Object.keys(STATUSES) as Status[];
  const worst = Math.max(...judgements.map(({ status }) => order.indexOf(status)));
  return order[worst] ?? 'unknown';
}

/** A threshold in pulls, for a limit in pulls. */
export function inPulls(threshold: Threshold, limit: number): number {
  return threshold.unit === 'pulls' ? threshold.pulls : threshold.share * limit;
}

function statusOf(credential: CredentialJson, { warning, critical }: Thresholds): Status {
  const { remaining, limit, enforced, blocked, failure, downgraded } = credential;
  if (blocked || failure?.reason === 'unauthorized') return 'critical';
  if (remaining !== null && limit !== null) {
    if (remaining <= 0 || remaining < inPulls(critical, limit)) return 'critical';
    if (remaining < inPulls(warning, limit) || downgraded) return 'warning';
    return failure ? 'unknown' : 'ok';
  }
  return enforced === false && !failure ? 'ok' : 'unknown';
}

/** What is left of one credential, or why nobody knows, in a few words. */
export function summaryOf(credential: CredentialJson): string {
  const {
    remaining,
    limit,
    window_seconds: windowSeconds,
    enforced,
    blocked,
    failure,
    downgraded,
  } = credential;
  if (blocked) return blocked.meaning;
  if (failure) return failure.meaning;
  if (remaining !== null && limit !== null) {
    const window = windowSeconds === null ? '' : ` in ${formatDuration(windowSeconds * 1000)}`;
    return `${remaining} of ${limit} left${window}${downgraded ? ', metered as if anonymous' : ''}`;
  }
  return enforced === false ? 'unlimited' : 'no answer yet';
}

/** All that a check found, for whoever writes it down. */
export interface CheckReport {
  readonly status: Status;
  readonly judgements: readonly Judgement[];
  readonly thresholds: Thresholds;
  /** When it was asked, in milliseconds since the epoch. */
  readonly at: number;
}

import type { Threshold } from '../../domain/alerts/rules/alert-rule.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';

/**
 * The statuses of Monitoring Plugins with their exit codes (Development Guidelines, section 2.3), the best first. A failed
 * probe is UNKNOWN, not CRITICAL.
 */
export const STATUSES = { ok: 0, unknown: 3, warning: 1, critical: 2 } as const;

/** One of `STATUSES`. */
export type Status = keyof typeof STATUSES;

/** The remaining pulls below which a credential has a status. */
export interface Thresholds {
  readonly warning: Threshold;
  readonly critical: Threshold;
}

/** The status of one credential. */
export interface Judgement {
  readonly credential: CredentialJson;
  readonly status: Status;
  /** A short summary: `76 of 100 left in 1h`. */
  readonly words: string;
}

/** Returns the status and the summary of one credential. */
export function judge(credential: CredentialJson, thresholds: Thresholds): Judgement {
  return { credential, status: statusOf(credential, thresholds), words: summaryOf(credential) };
}

/** Returns the worst status; `unknown` for an empty list. */
export function worstStatus(judgements: readonly Pick<Judgement, 'status'>[]): Status {
  const order = Object.keys(STATUSES) as Status[];
  const worst = Math.max(...judgements.map(({ status }) => order.indexOf(status)));
  return order[worst] ?? 'unknown';
}

/** Converts a threshold to pulls. `limit` is in pulls. */
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

/** Describes in a few words the remaining pulls of one credential, or why they are not known. */
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

/** The result of `headroom check`, before it is formatted. */
export interface CheckReport {
  readonly status: Status;
  readonly judgements: readonly Judgement[];
  readonly thresholds: Thresholds;
  /** The time of the check, in milliseconds since the epoch. */
  readonly at: number;
}

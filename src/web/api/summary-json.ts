import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { compareStatuses, STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { answerDeploy, type Verdict } from '../overview/deploy-answer.ts';

/**
 * The JSON of `/api/v1/summary`. Its keys are constant, so that a widget can address a value (`can_deploy`,
 * `counts.exhausted`, `credentials.ci.remaining`).
 */
export interface SummaryJson {
  /** The worst status; null without credentials. */
  readonly standing: Status | null;
  readonly can_deploy: Verdict;
  /** The answer as text; the wording may change. */
  readonly headline: string;
  readonly reason: string;
  /** Number of credentials. */
  readonly total: number;
  /** Number of credentials by status; 0 for a status that does not occur. */
  readonly counts: Readonly<Record<Status, number>>;
  /** The credentials by name. */
  readonly credentials: Readonly<Record<string, CredentialSummaryJson>>;
}

/** The JSON of one credential in the summary. Unknown values are null. */
export interface CredentialSummaryJson {
  readonly standing: Status;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly window_seconds: number | null;
}

/** Returns the JSON of the summary of all credentials. */
export function toSummaryJson(snapshots: readonly CredentialSnapshot[]): SummaryJson {
  const statuses = snapshots.map(statusOf);
  const { verdict, headline, reason } = answerDeploy(snapshots);
  const counts = STATUSES.map((status) => [status, statuses.filter((other) => other === status).length]);
  return {
    standing: statuses.toSorted(compareStatuses)[0] ?? null,
    can_deploy: verdict,
    headline,
    reason,
    total: snapshots.length,
    counts: Object.fromEntries(counts),
    credentials: Object.fromEntries(
      snapshots.map((snapshot) => [snapshot.name, toCredentialSummary(snapshot)]),
    ),
  };
}

function toCredentialSummary(snapshot: CredentialSnapshot): CredentialSummaryJson {
  const { limited } = snapshot;
  return {
    standing: statusOf(snapshot),
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
  };
}

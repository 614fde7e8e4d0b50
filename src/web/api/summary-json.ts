import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { compareStatuses, STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { answerDeploy, type Verdict } from '../overview/deploy-answer.ts';

/**
 * `/api/v1/summary`: everything in one small object whose keys do not move, so that a widget can name a place in it
 * (`can_deploy`, `counts.exhausted`, `credentials.ci.remaining`).
 */
export interface SummaryJson {
  /** The worst standing; null without credentials. */
  readonly standing: Status | null;
  readonly can_deploy: Verdict;
  /** The answer in words; the wording may change. */
  readonly headline: string;
  readonly reason: string;
  /** Credentials in all. */
  readonly total: number;
  /** Every standing, also those that do not occur. */
  readonly counts: Readonly<Record<Status, number>>;
  /** By name. */
  readonly credentials: Readonly<Record<string, CredentialSummaryJson>>;
}

/** The essentials of one credential; what is not known is null. */
export interface CredentialSummaryJson {
  readonly standing: Status;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly window_seconds: number | null;
}

/** Writes the summary of all credentials for the API. */
export function toSummaryJson(views: readonly CredentialSnapshot[]): SummaryJson {
  const standings = views.map(statusOf);
  const { verdict, headline, reason } = answerDeploy(views);
  const counts = STATUSES.map((standing) => [
    standing,
    standings.filter((other) => other === standing).length,
  ]);
  return {
    standing: standings.toSorted(compareStatuses)[0] ?? null,
    can_deploy: verdict,
    headline,
    reason,
    total: views.length,
    counts: Object.fromEntries(counts),
    credentials: Object.fromEntries(views.map((view) => [view.name, toCredentialSummary(view)])),
  };
}

function toCredentialSummary(view: CredentialSnapshot): CredentialSummaryJson {
  const { limited } = view;
  return {
    standing: statusOf(view),
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
  };
}

import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { KEPT_INTERVALS } from '../../credential-snapshot.ts';
import { FAILURES } from '../../failure.ts';
import type { Failed } from '../../reading.ts';
import type { Result } from '../../result.ts';
import type { AlertFacts } from '../alert.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { noFacts } from './remaining-pulls.ts';

/**
 * Evaluates whether no probe gets an answer from the hub. A blocked or rejected credential was answered, and
 * has an alert of its own.
 */
export function evaluateUnreachable(
  members: readonly CredentialSnapshot[],
  { now }: EvaluationContext,
): Evaluation {
  const conclusive = members.filter((member) => isConclusive(member, now));
  if (conclusive.length === 0) return UNKNOWN;
  const facts = noFacts(conclusive, now);
  const working = conclusive.filter(({ latest }) => latest?.outcome.kind !== 'failed');
  if (working.length > 0) {
    const at = Math.max(...working.map(({ latest }) => latest?.at ?? 0));
    return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
  }
  return {
    verdict: 'holds',
    since: Math.max(...conclusive.map(failingSince)),
    facts: { ...facts, trouble: newestProblem(conclusive) },
  };
}

/**
 * Evaluates whether the probes of one credential fail while others succeed. Unknown until it has failed again
 * after the last success of another: it may be about to work too.
 * @param newestSuccessAt when a probe of any other credential last succeeded, in milliseconds since the epoch
 */
export function evaluateOneUnreachable(
  credential: CredentialSnapshot,
  newestSuccessAt: number,
  context: EvaluationContext,
): Evaluation {
  const evaluation = evaluateUnreachable([credential], context);
  const isUndecided = evaluation.verdict === 'holds' && (credential.latest?.at ?? 0) < newestSuccessAt;
  return isUndecided ? UNKNOWN : evaluation;
}

/**
 * Reports whether the newest probe says whether the hub is reachable now: not if it was blocked, or made before
 * a restart.
 */
function isConclusive({ latest }: CredentialSnapshot, now: number): boolean {
  if (!latest || latest.outcome.kind === 'blocked') return false;
  if (now - latest.at > KEPT_INTERVALS * latest.intervalMs) return false;
  return !isFailure(latest) || latest.outcome.reason !== 'unauthorized';
}

/** Returns the time of the last success; that of the newest probe if Headroom was not running in between. */
function failingSince({ latest, lastSuccessAt }: CredentialSnapshot): number {
  const { at = 0, intervalMs = 0 } = latest ?? {};
  const wasAsked = lastSuccessAt !== undefined && at - lastSuccessAt <= KEPT_INTERVALS * intervalMs;
  return wasAsked ? lastSuccessAt : at;
}

function newestProblem(members: readonly CredentialSnapshot[]): AlertFacts['trouble'] {
  const failures = members.flatMap(({ latest }) => (latest && isFailure(latest) ? latest : []));
  const newest = failures.reduce<FailedResult | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
  const reason = newest?.outcome.reason;
  return reason && { reason, ...FAILURES[reason] };
}

type FailedResult = Result & { readonly outcome: Failed };

function isFailure(result: Result): result is FailedResult {
  return result.outcome.kind === 'failed';
}

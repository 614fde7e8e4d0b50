import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import { FAILURES } from '../../../failure.ts';
import { failureLabel } from '../../../result.ts';
import { noFacts } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';

/** Whether the hub rejects a login. It is over when the login works, and not when something else goes wrong. */
export function evaluateRejected(credential: CredentialSnapshot, { now }: EvaluationContext): Evaluation {
  const { latest } = credential;
  if (!latest) return UNKNOWN;
  const facts = noFacts([credential], now);
  const label = failureLabel(latest.outcome);
  if (label === 'unauthorized') {
    const trouble = { reason: label, ...FAILURES[label] };
    return { verdict: 'holds', since: latest.at, facts: { ...facts, trouble } };
  }
  if (label !== undefined) return UNKNOWN;
  return { verdict: 'clear', at: latest.at, settleMs: 0, isDoubtful: false, facts };
}

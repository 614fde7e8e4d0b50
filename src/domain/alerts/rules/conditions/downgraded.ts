import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import { bucketFacts, readBucket } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';

/** For how long a login must be metered as itself again, in milliseconds (5 minutes): some change back and forth. */
const SETTLE_MS = 5 * 60_000;

/** Whether a login is being metered as if it were anonymous. */
export function evaluateDowngraded(credential: CredentialSnapshot, { now }: EvaluationContext): Evaluation {
  const reading = readBucket([credential]);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, [credential], now);
  if (credential.downgraded) return { verdict: 'holds', since: reading.at, facts };
  return { verdict: 'clear', at: reading.at, settleMs: SETTLE_MS, isDoubtful: false, facts };
}

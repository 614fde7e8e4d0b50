import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import type { AlertCondition, Threshold } from '../alert-rule.ts';
import { bucketFacts, readBucket } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';
import { doubtMs, isFull } from '../full-reading.ts';

type LowCondition = Extract<AlertCondition, { when: 'low' }>;

/** Whether little is left. Between the two thresholds nothing begins and nothing ends. */
export function evaluateLow(
  members: readonly CredentialSnapshot[],
  { below, clearAt }: LowCondition,
  { isExhausted, now }: EvaluationContext,
): Evaluation {
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const { at } = reading;
  if (reading.kind === 'unlimited') return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
  const { remaining, limit } = reading.limited;
  // A full bucket is not low, whatever number of pulls the rule asks for.
  if (remaining >= Math.min(limit, pullsOf(clearAt, limit))) {
    return { verdict: 'clear', at, settleMs: doubtMs(reading), isDoubtful: isFull(reading), facts };
  }
  if (isExhausted || remaining >= pullsOf(below, limit)) return { verdict: 'stays', facts };
  return { verdict: 'holds', since: at, facts };
}

function pullsOf(threshold: Threshold, limit: number): number {
  return threshold.unit === 'pulls' ? threshold.pulls : threshold.share * limit;
}

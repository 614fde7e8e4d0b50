import { bucketFacts, readBucket } from '../bucket-reading.ts';
import { LOW_CLEAR_SHARE } from '../default-rules.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';
import { doubtMs, isFull } from '../full-reading.ts';
import type { WatchedCredential } from '../watched.ts';

/**
 * For how long a bucket must not run dry again until it counts as recovered, in milliseconds (10 minutes). Where many
 * wait, each pull that comes back is gone within the minute: that is still one exhaustion.
 */
const SETTLE_MS = 10 * 60_000;

/** Whether nothing is left. It is over as soon as a quarter of the limit has come back, or a little has stayed. */
export function evaluateExhausted(
  members: readonly WatchedCredential[],
  { now }: EvaluationContext,
): Evaluation {
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const { at } = reading;
  if (reading.kind === 'unlimited') return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
  const { remaining, limit } = reading.limited;
  if (remaining <= 0) return { verdict: 'holds', since: at, facts };
  const hasRecovered = remaining >= limit * LOW_CLEAR_SHARE;
  const settleMs = hasRecovered ? doubtMs(reading) : SETTLE_MS;
  return { verdict: 'clear', at, settleMs, isDoubtful: isFull(reading), facts };
}

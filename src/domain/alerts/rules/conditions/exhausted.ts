import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import { bucketFacts, readBucket } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';
import { doubtMs, isFull } from '../full-reading.ts';
import { LONGEST_WINDOW_MS } from '../lost-subject.ts';

/** From which share of the limit a bucket has recovered at once: 0.25, as RateLimitLow. */
const RECOVERED_SHARE = 0.25;
/** From which share pulls work again, if it lasts: 0.1. */
const USABLE_SHARE = 0.1;
/** For how long that must last, in milliseconds (30 minutes). */
const USABLE_SETTLE_MS = 30 * 60_000;

/**
 * Whether nothing is left. Where many wait, the pulls that come back are gone within minutes: that is still one
 * exhaustion. It is over as soon as a quarter of the limit has come back; with a tenth, when it has not run dry for half
 * an hour; with less, when it has not for a whole window.
 */
export function evaluateExhausted(
  members: readonly CredentialSnapshot[],
  { now }: EvaluationContext,
): Evaluation {
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const { at } = reading;
  if (reading.kind === 'unlimited') return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
  const { remaining, limit, windowSeconds } = reading.limited;
  if (remaining <= 0) return { verdict: 'holds', since: at, facts };
  const windowMs = windowSeconds === undefined ? LONGEST_WINDOW_MS : windowSeconds * 1_000;
  const settleMs = remaining >= limit * USABLE_SHARE ? Math.min(USABLE_SETTLE_MS, windowMs) : windowMs;
  const hasRecovered = remaining >= limit * RECOVERED_SHARE;
  return {
    verdict: 'clear',
    at,
    settleMs: hasRecovered ? doubtMs(reading) : settleMs,
    isDoubtful: isFull(reading),
    facts,
  };
}

import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import type { Alert } from '../alert.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { type BucketReading, bucketFacts, readBucket } from './remaining-pulls.ts';

/** The limit and window that changes are compared with. */
export interface Baseline {
  /** Pulls. */
  readonly limit: number;
  /** Seconds; undefined if the hub names no window. */
  readonly windowSeconds: number | undefined;
  /**
   * When it was last seen or stored, in milliseconds since the epoch; up to a day earlier than the last
   * reading.
   */
  readonly seenAt: number;
}

/** How much older than the newest reading `seenAt` may become, in milliseconds: avoids a write each minute. */
const SEEN_WITHIN_MS = 24 * 3_600_000;
/** How long the limit of a bucket is kept without a new reading, in milliseconds (30 days). */
const KEPT_MS = 30 * SEEN_WITHIN_MS;

/** Reports whether limit or window differ. A reading without a window contradicts none. */
export function differs(
  { limit, windowSeconds }: Pick<Baseline, 'limit' | 'windowSeconds'>,
  now: Pick<Baseline, 'limit' | 'windowSeconds'>,
): boolean {
  const sameWindow =
    windowSeconds === undefined || now.windowSeconds === undefined || windowSeconds === now.windowSeconds;
  return limit !== now.limit || !sameWindow;
}

/**
 * Returns the baseline after a reading that does not differ from it, or after the first one: the same object if
 * nothing needs to be stored.
 */
export function confirmBaseline(before: Baseline | undefined, reading: BucketReading): Baseline | undefined {
  if (reading.kind !== 'limited') return before;
  const { limit, windowSeconds } = reading.limited;
  if (!before) return { limit, windowSeconds, seenAt: reading.at };
  const learnsWindow = before.windowSeconds === undefined && windowSeconds !== undefined;
  if (!learnsWindow && reading.at - before.seenAt < SEEN_WITHIN_MS) return before;
  return { limit, windowSeconds: windowSeconds ?? before.windowSeconds, seenAt: reading.at };
}

/**
 * Reports whether a baseline is too old to keep: addresses come and go.
 * @param now milliseconds since the epoch
 */
export function isExpired({ seenAt }: Baseline, now: number): boolean {
  return now - seenAt > KEPT_MS;
}

/** How long a change is news, in milliseconds (24 hours). */
const NEWS_MS = 24 * 3_600_000;

/** The evaluation of a change, with the baseline to store. */
interface ChangeEvaluation {
  readonly evaluation: Evaluation;
  readonly baseline: Baseline | undefined;
}

/**
 * Evaluates whether limit or window of a bucket differ from the baseline. The first answer is no change, and
 * neither is a login that is metered as anonymous: that has a rule of its own. The alert ends after a day, or
 * with the next change.
 * @param previous the open alert about the last change; undefined if there is none
 */
export function evaluateChanged(
  members: readonly CredentialSnapshot[],
  baseline: Baseline | undefined,
  previous: Alert | undefined,
  { now }: EvaluationContext,
): ChangeEvaluation {
  const reading = readBucket(members.filter(({ downgraded }) => !downgraded));
  if (reading?.kind !== 'limited') return { evaluation: UNKNOWN, baseline };
  const facts = bucketFacts(reading, members, now);
  if (previous?.state === 'firing') {
    const reported = { limit: previous.facts.limit ?? 0, windowSeconds: previous.facts.windowSeconds };
    const isNews = now - (previous.firedAt ?? now) < NEWS_MS && !differs(reported, reading.limited);
    const before = previous.facts.before;
    if (isNews) return { evaluation: { verdict: 'stays', facts: { ...facts, before } }, baseline };
    const overtaken = { ...previous.facts, at: now };
    return {
      evaluation: { verdict: 'overtaken', facts: overtaken },
      baseline: { ...reported, seenAt: reading.at },
    };
  }
  if (baseline && differs(baseline, reading.limited)) {
    const { limit, windowSeconds } = baseline;
    const before = { limit, windowSeconds };
    return { evaluation: { verdict: 'holds', since: reading.at, facts: { ...facts, before } }, baseline };
  }
  return {
    evaluation: { verdict: 'clear', at: reading.at, settleMs: 0, isDoubtful: false, facts },
    baseline: confirmBaseline(baseline, reading),
  };
}

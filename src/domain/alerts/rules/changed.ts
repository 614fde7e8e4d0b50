import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import type { Alert } from '../alert.ts';
import { type BucketReading, bucketFacts, readBucket } from './bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';

/** The limit from which a change is told. */
export interface Baseline {
  /** Pulls. */
  readonly limit: number;
  /** Seconds; undefined when the hub did not say. */
  readonly windowSeconds: number | undefined;
  /** When it was last seen or taken over, in milliseconds since the epoch; up to a day before it really was. */
  readonly seenAt: number;
}

/** How much older than the newest sight `seenAt` may become, in milliseconds: it is not worth a write each minute. */
const SEEN_WITHIN_MS = 24 * 3_600_000;
/** How long the limit of a bucket is remembered that nobody reports any more, in milliseconds (30 days). */
const KEPT_MS = 30 * SEEN_WITHIN_MS;

/** Whether a reading tells of another limit or window. One that names no window contradicts none. */
export function differs(
  { limit, windowSeconds }: Pick<Baseline, 'limit' | 'windowSeconds'>,
  now: Pick<Baseline, 'limit' | 'windowSeconds'>,
): boolean {
  const sameWindow =
    windowSeconds === undefined || now.windowSeconds === undefined || windowSeconds === now.windowSeconds;
  return limit !== now.limit || !sameWindow;
}

/** The baseline after a reading that does not differ from it, or the first one: the same object unless it is to be kept anew. */
export function confirmBaseline(before: Baseline | undefined, reading: BucketReading): Baseline | undefined {
  if (reading.kind !== 'limited') return before;
  const { limit, windowSeconds } = reading.limited;
  if (!before) return { limit, windowSeconds, seenAt: reading.at };
  const learnsWindow = before.windowSeconds === undefined && windowSeconds !== undefined;
  if (!learnsWindow && reading.at - before.seenAt < SEEN_WITHIN_MS) return before;
  return { limit, windowSeconds: windowSeconds ?? before.windowSeconds, seenAt: reading.at };
}

/** Whether a baseline is so old that its bucket will not come back: addresses come and go. */
export function isExpired({ seenAt }: Baseline, now: number): boolean {
  return now - seenAt > KEPT_MS;
}

/** For how long a change is news, in milliseconds (24 hours). */
const NEWS_MS = 24 * 3_600_000;

/** Whether limit or window differ from what they were, with the baseline to remember. */
interface ChangeEvaluation {
  readonly evaluation: Evaluation;
  readonly baseline: Baseline | undefined;
}

/**
 * Whether limit or window of a bucket differ from what they were. The first answer is no change, and neither is a login
 * that is metered as anonymous: that is told by itself. After a day, or with the next change, it is news no more.
 * @param previous the alert about the last change, if it is not over
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
    const told = { limit: previous.facts.limit ?? 0, windowSeconds: previous.facts.windowSeconds };
    const isNews = now - (previous.firedAt ?? now) < NEWS_MS && !differs(told, reading.limited);
    const before = previous.facts.before;
    if (isNews) return { evaluation: { verdict: 'stays', facts: { ...facts, before } }, baseline };
    const overtaken = { ...previous.facts, at: now };
    return {
      evaluation: { verdict: 'overtaken', facts: overtaken },
      baseline: { ...told, seenAt: reading.at },
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

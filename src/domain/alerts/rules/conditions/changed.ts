import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import type { Alert } from '../../alert.ts';
import { type Baseline, confirmBaseline, differs } from '../baseline.ts';
import { bucketFacts, readBucket } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';

/** For how long a change is news, in milliseconds (24 hours). */
const NEWS_MS = 24 * 3_600_000;

/** Whether limit or window differ from what they were, with the baseline to remember. */
export interface ChangeEvaluation {
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

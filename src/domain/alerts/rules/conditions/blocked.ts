import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import type { BlockReason } from '../../../failure.ts';
import { BLOCKS } from '../../../failure.ts';
import { failureLabel } from '../../../result.ts';
import { noFacts } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';

/** For how long nobody must run into the block again, in milliseconds (5 minutes): behind a NAT some get through. */
const SETTLE_MS = 5 * 60_000;

/** Whether the hub refuses to talk, for this reason, to any of those who leave by one address, or use one login. */
export function evaluateBlocked(
  members: readonly CredentialSnapshot[],
  reason: BlockReason,
  { now }: EvaluationContext,
): Evaluation {
  const blocks = members.flatMap(({ blocked, latest }) => (blocked === reason && latest ? latest.at : []));
  const facts = noFacts(members, now);
  if (blocks.length > 0) {
    const { meaning, advice } = BLOCKS[reason];
    const trouble = { reason: `blocked_${reason}`, meaning, advice };
    return { verdict: 'holds', since: Math.min(...blocks), facts: { ...facts, trouble } };
  }
  const successes = members.flatMap(({ latest }) => {
    return latest && failureLabel(latest.outcome) === undefined ? latest.at : [];
  });
  if (successes.length === 0) return UNKNOWN;
  return { verdict: 'clear', at: Math.max(...successes), settleMs: SETTLE_MS, isDoubtful: false, facts };
}

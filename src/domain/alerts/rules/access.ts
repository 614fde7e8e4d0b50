import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { BLOCKS, type BlockReason, FAILURES } from '../../failure.ts';
import { failureLabel } from '../../result.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { bucketFacts, noFacts, readBucket } from './remaining-pulls.ts';

/**
 * For how long no credential may be blocked before the alert ends, in milliseconds (5 minutes): behind a NAT
 * some requests succeed during a block.
 */
const BLOCK_SETTLE_MS = 5 * 60_000;

/**
 * Evaluates whether the hub blocks any of these credentials for this reason. Credentials of one address, or of
 * one login, share a block.
 */
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
  return {
    verdict: 'clear',
    at: Math.max(...successes),
    settleMs: BLOCK_SETTLE_MS,
    isDoubtful: false,
    facts,
  };
}

/**
 * Evaluates whether the hub rejects a login. The alert ends when the login works, not when a probe fails for
 * another reason.
 */
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

/**
 * For how long a login must be metered as itself before the alert ends, in milliseconds (5 minutes): some
 * logins alternate.
 */
const DOWNGRADE_SETTLE_MS = 5 * 60_000;

/** Evaluates whether a login is metered as if it were anonymous. */
export function evaluateDowngraded(credential: CredentialSnapshot, { now }: EvaluationContext): Evaluation {
  const reading = readBucket([credential]);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, [credential], now);
  if (credential.downgraded) return { verdict: 'holds', since: reading.at, facts };
  return { verdict: 'clear', at: reading.at, settleMs: DOWNGRADE_SETTLE_MS, isDoubtful: false, facts };
}

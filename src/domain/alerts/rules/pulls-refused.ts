import { type CredentialSnapshot, lastSource } from '../../credential-snapshot.ts';
import { describeWaiting } from '../../spending/spending-words.ts';
import type { PodRefusals, RefusedPods } from '../../spending/watched-spending.ts';
import type { AlertFacts } from '../alert.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';
import { bucketFacts, noFacts, readBucket, USABLE_SHARE } from './remaining-pulls.ts';

/** How long no pod must wait before the alert ends, in milliseconds (5 minutes): a replaced pod is refused within that time. */
const SETTLE_MS = 5 * 60_000;

/** What the rule needs besides the credentials of its bucket and the pods. */
interface RefusedContext extends EvaluationContext {
  /** All credentials. */
  readonly snapshots: readonly CredentialSnapshot[];
  /** The facts of the open alert; undefined if there is none. */
  readonly previous: AlertFacts | undefined;
}

/**
 * Evaluates whether Docker Hub refuses pods although the bucket that they are expected to draw on has pulls left. Then they
 * draw on another bucket: their requests leave by another address, or without the login.
 *
 * Without a reading of the bucket, or while a cluster of the alert cannot be read, the alert does not end. While the bucket is
 * exhausted, nearly exhausted or blocked, that may be why pods wait: then no alert begins.
 */
export function evaluatePullsRefused(
  members: readonly CredentialSnapshot[],
  { waiting, clusters }: PodRefusals,
  { snapshots, previous, isExhausted, now }: RefusedContext,
): Evaluation {
  const unread = new Set(clusters.filter(({ isWatching }) => !isWatching).map(({ name }) => name));
  const lost = (previous?.refused?.clusters ?? []).filter((name) => unread.has(name));
  const pods = waiting.filter(
    ({ cluster, credential, refusal }) =>
      refusal !== 'other_registry' && !unread.has(cluster) && members.some(({ name }) => name === credential),
  );
  const reading = readBucket(members);
  if (!reading) return { verdict: 'stays', facts: previous ?? noFacts(members, now) };
  const refused = describeRefused(pods, lost, members, snapshots) ?? previous?.refused;
  const facts = { ...bucketFacts(reading, members, now), refused };
  const limited = reading.kind === 'limited' ? reading.limited : undefined;
  if (isExhausted || (limited && limited.remaining <= 0)) return { verdict: 'overtaken', facts };
  if (pods.length === 0) {
    return lost.length > 0
      ? UNKNOWN
      : { verdict: 'clear', at: now, settleMs: SETTLE_MS, isDoubtful: false, facts };
  }
  const isExplained =
    members.some(({ blocked }) => blocked !== undefined) ||
    (limited !== undefined && limited.remaining < limited.limit * USABLE_SHARE);
  return isExplained ? { verdict: 'stays', facts } : { verdict: 'holds', since: now, facts };
}

/** Describes the pods; undefined without any. */
function describeRefused(
  pods: PodRefusals['waiting'],
  lost: readonly string[],
  members: readonly CredentialSnapshot[],
  snapshots: readonly CredentialSnapshot[],
): RefusedPods | undefined {
  const described = describeWaiting(pods);
  if (!described) return undefined;
  const own = members.map((member) => lastSource(member)?.value);
  const exhausted = snapshots.flatMap((one) => {
    const source = lastSource(one)?.value;
    const isOther = one.limited !== undefined && one.limited.remaining <= 0 && !own.includes(source);
    return isOther && source !== undefined ? [source] : [];
  });
  return {
    ...described,
    reasons: [...new Set(pods.map(({ refusal }) => refusal))],
    clusters: [...new Set([...pods.map(({ cluster }) => cluster), ...lost])],
    exhausted: [...new Set(exhausted)],
  };
}

import { type Advice, advise } from './advice.ts';
import { type CostOptions, countPulls, type PullCost } from './count-pulls.ts';
import type { PlanBucket } from './plan-bucket.ts';
import { judge, type Verdict } from './verdict.ts';
import type { PlanProblem, Workload } from './workload.ts';

/** What a rollout costs, against what is left. */
export interface Plan {
  readonly options: CostOptions;
  readonly cost: PullCost;
  /** Undefined when nobody asked what is left. */
  readonly judgement: Judgement | undefined;
  /** What could not be counted, in reading order. */
  readonly problems: readonly PlanProblem[];
}

/** A cost held against a bucket. */
export interface Judgement {
  readonly bucket: PlanBucket;
  readonly verdict: Verdict;
  readonly advice: readonly Advice[];
}

/** What is planned: everything that was read. */
export interface PlanInput {
  readonly workloads: readonly Workload[];
  readonly problems: readonly PlanProblem[];
}

/**
 * Counts what workloads cost and holds it against a bucket.
 * @param buckets the one that it is to draw on, then those of other credentials; none: only count
 * @param now milliseconds since the epoch
 */
export function makePlan(
  { workloads, problems }: PlanInput,
  options: CostOptions,
  buckets: readonly PlanBucket[],
  now: number,
): Plan {
  const cost = countPulls(workloads, options);
  const [bucket, ...others] = buckets;
  if (!bucket) return { options, cost, judgement: undefined, problems };
  const verdict = judge(cost.total, bucket, now);
  const costIfNotPresent = () => countPulls(workloads.map(ifNotPresent), options);
  const advice = advise({ cost, verdict, bucket, others, options, costIfNotPresent }, now);
  return { options, cost, judgement: { bucket, verdict, advice }, problems };
}

function ifNotPresent(workload: Workload): Workload {
  const uses = workload.uses.map((use) =>
    use.policy === 'always' ? ({ ...use, policy: 'if-not-present' } as const) : use,
  );
  return { ...workload, uses };
}

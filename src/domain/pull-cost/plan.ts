import { type Advice, advise } from './advice.ts';
import { type CostOptions, countPulls, type PullCost } from './count-pulls.ts';
import type { CountingModel, Runtime } from './counting-model.ts';
import { judge, type PlanBucket, type Verdict } from './plan-bucket.ts';
import type { PlanProblem, Workload } from './workload.ts';

/** A request for a plan to a running Headroom. */
export interface PlanRequest {
  readonly files: readonly PlannedFile[];
  readonly nodes: number | undefined;
  readonly clusters: number;
  readonly runtime: Runtime | undefined;
  readonly model: CountingModel;
  readonly platforms: readonly string[];
  /** The credential whose bucket the plan uses. Default: the anonymous one. */
  readonly credential: string | undefined;
  /** Values for variables of Compose files, CI files and Dockerfiles. */
  readonly variables: ReadonlyMap<string, string>;
  /** Compose profiles that are started. */
  readonly profiles: ReadonlySet<string>;
}

/** A file with its name. */
interface PlannedFile {
  readonly name: string;
  readonly text: string;
}

/** The unparsed body of a request for a plan: parsing can take as long as planning. */
export interface PlanBody {
  readonly bytes: Uint8Array;
  /** The `Content-Type` of the body; empty when absent. */
  readonly type: string;
}

/** The sender of a request for a plan. */
export interface PlanCaller {
  /** The client's network: plans are made in turn between networks. */
  readonly network: string;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/** The result of a request for a plan. */
export type PlanReply<T> =
  | { readonly kind: 'planned'; readonly result: T }
  /** Too many requests are waiting. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  /** It exceeded its time or memory limit. The message is a sentence without a full stop. */
  | { readonly kind: 'too-large'; readonly message: string }
  /** The client disconnected. */
  | { readonly kind: 'aborted' };

/** The cost of a rollout, compared with the pulls that are left. */
export interface Plan {
  readonly options: CostOptions;
  readonly cost: PullCost;
  /** Undefined when no bucket was given. */
  readonly judgement: Judgement | undefined;
  /** What was not understood or could not be counted, in reading order. Not empty: the plan is never said to fit. */
  readonly problems: readonly PlanProblem[];
}

/**
 * The verdict on a whole plan. `incomplete`: the counted part fits, or nothing is left to compare it with, but something was
 * left out. `counted`: it was not compared with a bucket.
 */
export type Outcome = Verdict['kind'] | 'incomplete' | 'counted';

/**
 * Returns the verdict on a whole plan. Command, API and page use this function, so that a plan with problems never fits, now
 * or later: it may cost more than was counted.
 */
export function outcomeOf({ judgement, problems }: Plan): Outcome {
  const kind = judgement?.verdict.kind ?? 'counted';
  if (problems.length === 0) return kind;
  return kind === 'does-not-fit' || kind === 'fits-later' ? 'does-not-fit' : 'incomplete';
}

/** A cost compared with a bucket. */
interface Judgement {
  readonly bucket: PlanBucket;
  readonly verdict: Verdict;
  readonly advice: readonly Advice[];
}

/** The content of the files of a plan. */
interface PlanInput {
  readonly workloads: readonly Workload[];
  readonly problems: readonly PlanProblem[];
}

/**
 * Counts the cost of workloads and compares it with a bucket.
 * @param buckets the bucket of the plan, then those of other credentials. Empty: the cost is only counted
 * @param now milliseconds since the epoch
 */
export function makePlan(
  { workloads, problems: unread }: PlanInput,
  options: CostOptions,
  buckets: readonly PlanBucket[],
  now: number,
): Plan {
  const cost = countPulls(workloads, options);
  const problems = [...unread, ...unknownNodes(cost, options)];
  const [bucket, ...others] = buckets;
  if (!bucket) return { options, cost, judgement: undefined, problems };
  const verdict = judge(cost.total, bucket, now);
  const costIfNotPresent = () => countPulls(workloads.map(ifNotPresent), options);
  const advice = advise({ cost, verdict, bucket, others, options, costIfNotPresent }, now);
  return { options, cost, judgement: { bucket, verdict, advice }, problems };
}

/**
 * Returns a problem for each workload that runs on every node, such as a DaemonSet, if the number of nodes is unknown: one node
 * is counted, which is no upper bound.
 */
function unknownNodes({ images }: PullCost, { nodes }: CostOptions): readonly PlanProblem[] {
  if (nodes !== undefined) return [];
  const problems = new Map<Workload, PlanProblem>();
  for (const { workload, use, pulls } of images) {
    if (pulls.high === 0 || !('everyNode' in workload.copies.pods) || problems.has(workload)) continue;
    const { file, line, column } = use;
    const message = `${workload.kind} ${workload.name} runs on every node, of which one was counted: state the number of nodes`;
    problems.set(workload, { file, line, column, message });
  }
  return [...problems.values()];
}

function ifNotPresent(workload: Workload): Workload {
  const uses = workload.uses.map((use) =>
    use.policy === 'always' ? ({ ...use, policy: 'if-not-present' } as const) : use,
  );
  return { ...workload, uses };
}

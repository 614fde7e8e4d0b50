import { type Advice, advise } from './advice.ts';
import { type CostOptions, countPulls, type PullCost } from './count-pulls.ts';
import type { CountingModel, Runtime } from './counting-model.ts';
import { judge, type PlanBucket, type Verdict } from './plan-bucket.ts';
import type { PlanProblem, Workload } from './workload.ts';

/** A plan as somebody asks a running Headroom for it. */
export interface PlanRequest {
  readonly files: readonly PlannedFile[];
  readonly nodes: number | undefined;
  readonly clusters: number;
  readonly runtime: Runtime | undefined;
  readonly model: CountingModel;
  readonly platforms: readonly string[];
  /** The credential whose bucket it is to draw on; undefined: the anonymous one. */
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

/** The body of a request for a plan, as it came: parsing it may take as long as planning. */
export interface PlanBody {
  readonly bytes: Uint8Array;
  /** Its `Content-Type`; empty where there is none. */
  readonly type: string;
}

/** Who sends a request for a plan. */
export interface PlanCaller {
  /** The client's network: plans are made in turn between networks. */
  readonly network: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** What became of a request for a plan. */
export type PlanReply<T> =
  | { readonly kind: 'planned'; readonly result: T }
  /** Other plans are being made, and enough requests wait already. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  /** It was stopped: its time or its memory was over. The message is a sentence without a full stop. */
  | { readonly kind: 'too-large'; readonly message: string }
  /** The client has gone. */
  | { readonly kind: 'aborted' };

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
interface Judgement {
  readonly bucket: PlanBucket;
  readonly verdict: Verdict;
  readonly advice: readonly Advice[];
}

/** What is planned: everything that was read. */
interface PlanInput {
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

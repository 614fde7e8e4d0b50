import { formatImageReference } from '../image-reference.ts';
import type { ImageCost } from './count-pulls.ts';
import { outcomeOf, type Plan } from './plan.ts';
import type { PlanBucket } from './plan-bucket.ts';
import { adviceWords, answerPlan } from './plan-words.ts';
import type { PullRange } from './pull-range.ts';
import type { PlanProblem } from './workload.ts';

/** The JSON of a plan, written by the command and the API. Unknown values are null. Times are RFC 3339 in UTC. */
export interface PlanReport {
  /** The answer in one sentence. */
  readonly answer: string;
  /**
   * `fits`, `fits_later`, `does_not_fit`, `unmetered`, `unknown`, or `incomplete` if the counted part fits but something was
   * left out; null if the plan was not compared with a bucket.
   */
  readonly verdict: string | null;
  /** Whether the upper bound of the cost fits now. Null: unknown, or something was left out. */
  readonly fits: boolean | null;
  /** The latest time at which it fits; null if it fits now, or if the time is unknown. */
  readonly fits_at: string | null;
  /** The total number of pulls. */
  readonly pulls: PullRange;
  /** The total through an empty pull-through cache. */
  readonly pulls_through_cache: PullRange;
  readonly model: string;
  readonly clusters: number;
  readonly nodes: number | null;
  readonly bucket: PlanBucketReport | null;
  readonly images: readonly PlanImageReport[];
  /** The parts of files that could not be counted. */
  readonly left_out: readonly PlanProblem[];
  /** Files without content for a plan. */
  readonly unrecognised: readonly string[];
  readonly advice: readonly {
    readonly kind: string;
    readonly text: string;
    readonly command: string | null;
  }[];
}

/** The bucket that a plan is compared with. */
export interface PlanBucketReport {
  readonly credential: string | null;
  readonly login: boolean;
  readonly source: string | null;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly window_seconds: number | null;
  /** Pulls that others are likely to spend in an hour. */
  readonly rate_per_hour: number | null;
  readonly refill: { readonly earliest: string; readonly latest: string } | null;
}

/** One image in one place of one file. */
export interface PlanImageReport {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly container: string;
  readonly role: string;
  /** `Deployment shop/web`. */
  readonly workload: string;
  /** As written, with variables substituted. */
  readonly image: string;
  /** The full reference: `docker.io/library/nginx:latest`. */
  readonly reference: string;
  /** Whether it comes from Docker Hub. */
  readonly hub: boolean;
  readonly policy: string;
  /** Whether the running pod states a login for pulls; null if unknown, as in files. */
  readonly login: boolean | null;
  readonly runtime: string;
  readonly pods: PullRange;
  /** Machines that pull it. */
  readonly machines: PullRange;
  /** The pulls that it adds to the total. Pulls that several places share are counted for the first of them. */
  readonly pulls: PullRange;
  readonly cached: boolean;
  readonly wrong_platform: boolean;
}

/**
 * Returns the JSON report of a plan.
 * @param files the file arguments of the commands in the advice; undefined for a running cluster
 * @param now milliseconds since the epoch
 */
export function reportPlan(
  plan: Plan,
  { files, unrecognised }: { readonly files: string | undefined; readonly unrecognised: readonly string[] },
  now: number,
): PlanReport {
  const { cost, judgement, options, problems } = plan;
  const verdict = judgement?.verdict;
  const outcome = outcomeOf(plan);
  const { headline, reason } = answerPlan(plan, now);
  const at = verdict?.kind === 'fits-later' && outcome === verdict.kind ? verdict.at : undefined;
  return {
    answer: `${headline}: ${reason}`,
    verdict: judgement ? outcome.replaceAll('-', '_') : null,
    fits: fitsNow(plan),
    fits_at: at === undefined ? null : new Date(at).toISOString(),
    pulls: cost.total,
    pulls_through_cache: cost.throughCache,
    model: options.model,
    clusters: options.clusters,
    nodes: options.nodes ?? null,
    bucket: judgement ? reportBucket(judgement.bucket) : null,
    images: cost.images.map(reportImage),
    left_out: problems,
    unrecognised,
    advice: (judgement?.advice ?? []).map((advice) => {
      const { text, command } = adviceWords(advice, files);
      return { kind: advice.kind.replaceAll('-', '_'), text, command: command ?? null };
    }),
  };
}

function fitsNow(plan: Plan): boolean | null {
  switch (outcomeOf(plan)) {
    case 'fits':
    case 'unmetered':
      return true;
    case 'fits-later':
    case 'does-not-fit':
      return false;
    default:
      return null;
  }
}

function reportBucket(bucket: PlanBucket): PlanBucketReport {
  const metered = bucket.kind === 'metered' ? bucket : undefined;
  const refill = metered?.refill;
  return {
    credential: bucket.credential ?? null,
    login: bucket.hasLogin,
    source: bucket.source ?? null,
    remaining: metered?.remaining ?? null,
    limit: metered?.limit ?? null,
    window_seconds: metered?.windowSeconds ?? null,
    rate_per_hour: metered?.ratePerHour ?? null,
    refill: refill
      ? { earliest: new Date(refill.earliest).toISOString(), latest: new Date(refill.latest).toISOString() }
      : null,
  };
}

function reportImage({
  workload,
  use,
  runtime,
  pods,
  machines,
  pulls,
  ...facts
}: ImageCost): PlanImageReport {
  return {
    file: use.file,
    line: use.line,
    column: use.column,
    container: use.container,
    role: use.role,
    workload: `${workload.kind} ${workload.name}`,
    image: use.text,
    reference: formatImageReference(use.reference),
    hub: facts.isOnHub,
    policy: use.policy,
    login: use.hasLogin ?? null,
    runtime,
    pods,
    machines,
    pulls,
    cached: facts.isCached,
    wrong_platform: facts.isWrongPlatform,
  };
}

import { formatImageReference } from '../image-reference.ts';
import type { ImageCost } from './count-pulls.ts';
import type { Plan } from './plan.ts';
import type { PlanBucket } from './plan-bucket.ts';
import { adviceWords, answerPlan } from './plan-words.ts';
import type { PullRange } from './pull-range.ts';
import type { PlanProblem } from './workload.ts';

/** A plan as the command and the API write it. What is not known is null. Times are RFC 3339 in UTC. */
export interface PlanReport {
  /** One sentence: the answer. */
  readonly answer: string;
  /** `fits`, `fits_later`, `does_not_fit`, `unmetered` or `unknown`; null when nobody asked what is left. */
  readonly verdict: string | null;
  /** Whether it fits now, by the upper bound. */
  readonly fits: boolean | null;
  /** When it fits at the latest, if it does not now. */
  readonly fits_at: string | null;
  /** What Docker Hub counts for all of it. */
  readonly pulls: PullRange;
  /** The same through a pull-through cache that has nothing yet. */
  readonly pulls_through_cache: PullRange;
  readonly model: string;
  readonly clusters: number;
  readonly nodes: number | null;
  readonly bucket: PlanBucketReport | null;
  readonly images: readonly PlanImageReport[];
  /** What could not be counted. */
  readonly left_out: readonly PlanProblem[];
  /** Files that hold nothing a plan is made of. */
  readonly unrecognised: readonly string[];
  readonly advice: readonly {
    readonly kind: string;
    readonly text: string;
    readonly command: string | null;
  }[];
}

/** The bucket that a plan is held against. */
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
  /** As it is used: variables filled in, otherwise as written. */
  readonly image: string;
  /** In full: `docker.io/library/nginx:latest`. */
  readonly reference: string;
  /** Whether it comes from Docker Hub. */
  readonly hub: boolean;
  readonly policy: string;
  readonly runtime: string;
  readonly pods: PullRange;
  /** Machines that fetch it. */
  readonly machines: PullRange;
  /** What it adds to the total; what several places share is counted at the first. */
  readonly pulls: PullRange;
  readonly cached: boolean;
  readonly wrong_platform: boolean;
}

/**
 * Writes a plan for programs.
 * @param files how the files are named on a command line
 * @param now milliseconds since the epoch
 */
export function reportPlan(
  plan: Plan,
  { files, unrecognised }: { readonly files: string; readonly unrecognised: readonly string[] },
  now: number,
): PlanReport {
  const { cost, judgement, options, problems } = plan;
  const verdict = judgement?.verdict;
  const { headline, reason } = answerPlan(plan, now);
  const at = verdict?.kind === 'fits-later' ? verdict.at : undefined;
  return {
    answer: `${headline}: ${reason}`,
    verdict: verdict?.kind.replaceAll('-', '_') ?? null,
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

/** Whether a plan fits now; null when that is not known. */
export function fitsNow({ judgement }: Plan): boolean | null {
  if (!judgement || judgement.verdict.kind === 'unknown') return null;
  return judgement.verdict.kind === 'fits' || judgement.verdict.kind === 'unmetered';
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
    runtime,
    pods,
    machines,
    pulls,
    cached: facts.isCached,
    wrong_platform: facts.isWrongPlatform,
  };
}

import type { CostOptions, ImageCost, PullCost } from './count-pulls.ts';
import type { PlanBucket } from './plan-bucket.ts';
import { judge, type Verdict, windowCapacity } from './plan-bucket.ts';
import { addRanges, type PullRange, roundUp } from './pull-range.ts';
import { alternativeName, ECR_PUBLIC, GCR_MIRROR } from './rewrite-references.ts';

/** One thing that would make a plan fit, or cheaper. */
export type Advice =
  /** Another credential has enough. */
  | { readonly kind: 'credential'; readonly name: string; readonly remaining: number | undefined }
  /** A Personal account has twice as much as an address. */
  | {
      readonly kind: 'sign-in';
      readonly limit: number;
      readonly isEnough: boolean;
      /** Whether it is a cluster that signs in, or a machine. */
      readonly where: 'cluster' | 'machine';
    }
  /** A pull-through cache pays once for everybody. */
  | { readonly kind: 'cache'; readonly pulls: PullRange }
  /** Another registry has (some of) the images; `pulls` are left with Docker Hub. */
  | { readonly kind: 'rewrite'; readonly host: string; readonly images: number; readonly pulls: PullRange }
  /** Some clusters at a time. */
  | {
      readonly kind: 'pause';
      readonly now: number;
      readonly perWindow: number;
      readonly windowSeconds: number;
      readonly windows: number;
    }
  /** Nodes pull ahead, some at a time; the rollout itself then asks for nothing. */
  | {
      readonly kind: 'pre-pull';
      readonly perWindow: number;
      readonly windowSeconds: number;
      readonly windows: number;
    }
  /** What is there is asked for again: `IfNotPresent` would not. */
  | { readonly kind: 'policy'; readonly pulls: PullRange };

/** Pulls of a Personal account in a window; those of an address without a login are half of it. */
const PERSONAL_LIMIT = 200;
/** How many other credentials are named. */
const MAX_CREDENTIALS = 3;

/** What a plan is judged by. */
export interface AdviceFacts {
  readonly cost: PullCost;
  readonly verdict: Verdict;
  readonly bucket: PlanBucket;
  /** The buckets of other credentials. */
  readonly others: readonly PlanBucket[];
  readonly options: CostOptions;
  /** Counts the same with changed policies. */
  readonly costIfNotPresent: () => PullCost;
}

/** What would make a plan fit, the least work first. Nothing for one that fits. */
export function advise(facts: AdviceFacts, now: number): readonly Advice[] {
  const { verdict } = facts;
  if (verdict.kind === 'fits' || verdict.kind === 'unmetered') return [];
  return [
    ...otherCredential(facts, now),
    ...signIn(facts),
    ...cheaperPolicy(facts),
    ...throughCache(facts),
    ...rewrites(facts),
    ...pauses(facts),
    ...prePulls(facts),
  ];
}

function otherCredential({ cost, others }: AdviceFacts, now: number): Advice[] {
  return others
    .filter((other) => ['fits', 'unmetered'].includes(judge(cost.total, other, now).kind))
    .slice(0, MAX_CREDENTIALS)
    .map((other) => ({
      kind: 'credential',
      name: other.credential ?? '',
      remaining: other.kind === 'metered' ? other.remaining : undefined,
    }));
}

function signIn({ cost, bucket, others }: AdviceFacts): Advice[] {
  if (bucket.kind !== 'metered' || bucket.hasLogin || others.some(({ hasLogin }) => hasLogin)) return [];
  const isInCluster = cost.images.some(({ workload }) => workload.copies.place === 'cluster');
  const isEnough = cost.total.high <= PERSONAL_LIMIT;
  return [{ kind: 'sign-in', limit: PERSONAL_LIMIT, isEnough, where: isInCluster ? 'cluster' : 'machine' }];
}

function cheaperPolicy({ cost, costIfNotPresent }: AdviceFacts): Advice[] {
  const pulls = costIfNotPresent().total;
  return pulls.high < cost.total.high ? [{ kind: 'policy', pulls }] : [];
}

function throughCache({ cost }: AdviceFacts): Advice[] {
  return cost.throughCache.high < cost.total.high ? [{ kind: 'cache', pulls: cost.throughCache }] : [];
}

function rewrites({ cost }: AdviceFacts): Advice[] {
  const paid = cost.images.filter(({ pulls }) => pulls.high > 0);
  return [GCR_MIRROR, ECR_PUBLIC].flatMap((host): Advice[] => {
    const isThere = ({ use }: ImageCost) => alternativeName(use.text, host) !== undefined;
    const images = paid.filter(isThere).length;
    if (images === 0) return [];
    const left = paid.filter((image) => !isThere(image)).map(({ pulls }) => pulls);
    return [{ kind: 'rewrite', host, images, pulls: roundUp(addRanges(left)) }];
  });
}

function pauses({ cost, bucket, options: { clusters } }: AdviceFacts): Advice[] {
  if (bucket.kind !== 'metered' || bucket.windowSeconds === undefined || clusters < 2) return [];
  const each = Math.ceil(cost.total.high / clusters);
  const perWindow = Math.floor(windowCapacity(bucket) / each);
  if (perWindow === 0) return [];
  const now = Math.min(clusters, Math.floor(Math.max(0, bucket.remaining) / each));
  const windows = Math.ceil((clusters - now) / perWindow);
  return [{ kind: 'pause', now, perWindow, windowSeconds: bucket.windowSeconds, windows }];
}

function prePulls({ cost, bucket, options, costIfNotPresent }: AdviceFacts): Advice[] {
  const { nodes, clusters } = options;
  if (bucket.kind !== 'metered' || bucket.windowSeconds === undefined || nodes === undefined) return [];
  // Who asks again for what is there gains nothing from having it.
  if (costIfNotPresent().total.high < cost.total.high) return [];
  const inClusters = cost.images.filter(({ workload }) => workload.copies.place === 'cluster');
  const each = Math.ceil(addRanges(inClusters.map(({ pulls }) => pulls)).high / (nodes * clusters));
  const perWindow = each === 0 ? 0 : Math.floor(windowCapacity(bucket) / each);
  if (perWindow === 0) return [];
  const windows = Math.ceil((nodes * clusters) / perWindow);
  // All at once is what does not fit.
  if (windows < 2) return [];
  return [{ kind: 'pre-pull', perWindow, windowSeconds: bucket.windowSeconds, windows }];
}

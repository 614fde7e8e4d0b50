import type { CostOptions, ImageCost, PullCost } from './count-pulls.ts';
import type { PlanBucket } from './plan-bucket.ts';
import { judge, type Verdict, windowCapacity } from './plan-bucket.ts';
import { addRanges, type PullRange, roundUp } from './pull-range.ts';
import { alternativeName, ECR_PUBLIC, GCR_MIRROR } from './rewrite-references.ts';

/** A measure that makes a plan fit, or cheaper. */
export type Advice =
  /** Use another credential, which has enough pulls left. */
  | { readonly kind: 'credential'; readonly name: string; readonly remaining: number | undefined }
  /** Sign in: a Personal account has twice the limit of an address. */
  | {
      readonly kind: 'sign-in';
      readonly limit: number;
      readonly isEnough: boolean;
      /** Whether it is a cluster that signs in, or a machine. */
      readonly where: 'cluster' | 'machine';
    }
  /** Use a pull-through cache, which pulls each image once for all machines. */
  | { readonly kind: 'cache'; readonly pulls: PullRange }
  /** Pull some images from another registry; `pulls` remain at Docker Hub. */
  | {
      readonly kind: 'rewrite';
      readonly host: string;
      readonly images: number;
      readonly pulls: PullRange;
      /** The most pulls that this plan may start at that registry at once. */
      readonly burst: number;
    }
  /** Start some clusters at a time. */
  | {
      readonly kind: 'pause';
      readonly now: number;
      readonly perWindow: number;
      readonly windowSeconds: number;
      readonly windows: number;
    }
  /** Pull on some nodes at a time before the rollout, which then needs no pulls. */
  | {
      readonly kind: 'pre-pull';
      readonly perWindow: number;
      readonly windowSeconds: number;
      readonly windows: number;
    }
  /** Set the policy `IfNotPresent`, which does not request present images again. */
  | { readonly kind: 'policy'; readonly pulls: PullRange };

/** Limit of a Personal account, in pulls in a window; an address without login has half of it. */
const PERSONAL_LIMIT = 200;
/** The most other credentials in the advice. */
const MAX_CREDENTIALS = 3;

/** The inputs of the advice. */
export interface AdviceFacts {
  readonly cost: PullCost;
  readonly verdict: Verdict;
  readonly bucket: PlanBucket;
  /** The buckets of other credentials. */
  readonly others: readonly PlanBucket[];
  readonly options: CostOptions;
  /** Counts the same workloads with the policy `IfNotPresent` instead of `Always`. */
  readonly costIfNotPresent: () => PullCost;
}

/** Returns the measures that make a plan fit, least work first. Empty for a plan that fits. */
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
    const there = paid.filter(isThere);
    if (there.length === 0) return [];
    const burst = addRanges(there.map(({ machines }) => machines)).high;
    const left = paid.filter((image) => !isThere(image)).map(({ pulls }) => pulls);
    return [{ kind: 'rewrite', host, images: there.length, pulls: roundUp(addRanges(left)), burst }];
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
  // With the policy `Always` a present image is requested again.
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

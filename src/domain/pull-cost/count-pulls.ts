import { isOnDockerHub } from '../image-reference.ts';
import {
  type CountingModel,
  cachePrice,
  coldPrice,
  type PricedImage,
  RUNTIME_BEHAVIOR,
  type Runtime,
  type RuntimeBehavior,
  repeatPrice,
  usualRuntime,
} from './counting-model.ts';
import { contentKey, formOf, type KnownImages, nameKey } from './known-image.ts';
import { addRanges, exactly, multiplyRanges, NO_PULLS, type PullRange, roundUp } from './pull-range.ts';
import type { Copies, ImageUse, Workload } from './workload.ts';
import { machinesOf, nodesFor, podsOf } from './workload.ts';

/** Settings that the cost of workloads depends on. */
export interface CostOptions {
  readonly model: CountingModel;
  /** Default: the usual runtime for the kind of file. */
  readonly runtime: Runtime | undefined;
  /** Nodes of each cluster. Undefined: unknown. */
  readonly nodes: number | undefined;
  /** The number of clusters; each runs all workloads. */
  readonly clusters: number;
  /** The platforms of the machines, at least one: `linux/amd64`. A build is for all of them. */
  readonly platforms: readonly string[];
  readonly known: KnownImages;
  /** The nodes of a running cluster that have images already, by `nameKey()`. Default: none. */
  readonly holders?: ReadonlyMap<string, number> | undefined;
  /** Images that every machine has already, by `nameKey()`. */
  readonly cached: ReadonlySet<string>;
}

/** The cost of one image in one place. Pulls that several places share are counted for the first of them. */
export interface ImageCost {
  readonly workload: Workload;
  readonly use: ImageUse;
  readonly isOnHub: boolean;
  /** The runtime that pulls it. */
  readonly runtime: Runtime;
  /** Pods that start with it, in all clusters. */
  readonly pods: PullRange;
  /** Machines that pull it because they do not have it yet, in all clusters. */
  readonly machines: PullRange;
  /** In all clusters. Halves are possible. */
  readonly pulls: PullRange;
  readonly isCached: boolean;
  /** Whether it is known to have no image for the platform of the machines. */
  readonly isWrongPlatform: boolean;
}

/** The cost of workloads. */
export interface PullCost {
  readonly images: readonly ImageCost[];
  readonly total: PullRange;
  /** The cost through an empty pull-through cache. */
  readonly throughCache: PullRange;
}

/** The machines that have an image so far. The lower bound assumes that all workloads share machines. */
type Holders = Map<string, PullRange>;

/** Counts the pulls of the first start of workloads. */
export function countPulls(workloads: readonly Workload[], options: CostOptions): PullCost {
  const holders: Holders = new Map();
  const images = workloads.flatMap((workload, i) => costWorkload(workload, i, holders, options));
  return {
    images,
    total: roundUp(addRanges(images.map(({ pulls }) => pulls))),
    throughCache: roundUp(costThroughCache(images, options)),
  };
}

function costWorkload(workload: Workload, i: number, holders: Holders, options: CostOptions): ImageCost[] {
  const runtime = options.runtime ?? usualRuntime(workload.source);
  const behavior = RUNTIME_BEHAVIOR[runtime];
  const { copies } = workload;
  const times = copies.place === 'cluster' ? exactly(options.clusters) : exactly(1);
  const pods = podsOf(copies, options.nodes);
  const started = new Set<string>();
  return workload.uses.map((use): ImageCost => {
    const isCached = options.cached.has(nameKey(use.reference));
    const image = pricedImage(use, workload, options);
    const result = {
      workload,
      use,
      isOnHub: isOnDockerHub(use.reference),
      runtime,
      pods: multiplyRanges(pods, times),
      isCached,
      isWrongPlatform: image.isWrongPlatform,
    };
    if (!result.isOnHub || isFree(use, behavior, options)) {
      return { ...result, machines: NO_PULLS, pulls: NO_PULLS };
    }
    const key = holderKey(use, copies, behavior, i, options);
    // Containers of one pod are on one machine: the second one uses the image of the first.
    const fresh = isCached || started.has(key) ? NO_PULLS : freshMachines(key, use, copies, holders, options);
    started.add(key);
    const price = unlessOptional(coldPrice(image, behavior, options.model), use, behavior);
    const first = multiplyRanges(fresh, price);
    const again =
      use.policy === 'always'
        ? multiplyRanges(withoutFirst(pods, fresh), repeatPrice(image, behavior, options.model))
        : NO_PULLS;
    return {
      ...result,
      machines: multiplyRanges(fresh, times),
      pulls: multiplyRanges(addRanges([first, again]), times),
    };
  });
}

function isFree(
  { policy, role, reference }: ImageUse,
  behavior: RuntimeBehavior,
  { known }: CostOptions,
): boolean {
  return (
    policy === 'never' ||
    (role === 'frontend' && !behavior.usesFrontend) ||
    known.get(nameKey(reference))?.isExempt === true
  );
}

function unlessOptional(price: PullRange, { isOptional }: ImageUse, behavior: RuntimeBehavior): PullRange {
  return isOptional && !behavior.buildsEveryStage ? { low: 0, high: price.high } : price;
}

/** Returns a key of an image: uses with the same key share the pulled image on a machine. */
function holderKey(
  { reference, platforms }: ImageUse,
  { place, machine = '' }: Copies,
  behavior: RuntimeBehavior,
  workload: number,
  { known }: CostOptions,
): string {
  const image = behavior.requestsAgain ? nameKey(reference) : contentKey(reference, known);
  return JSON.stringify([place, machine, image, platforms, ...(behavior.keepsImages ? [] : [workload])]);
}

/** Returns the number of machines that must pull an image: those that run the copies, without those that have it already. */
function freshMachines(
  key: string,
  { reference }: ImageUse,
  copies: Copies,
  holders: Holders,
  { nodes, holders: before }: CostOptions,
): PullRange {
  const held = holders.get(key) ?? exactly(before?.get(nameKey(reference)) ?? 0);
  const machines = machinesOf(copies, nodes);
  const free = nodesFor(copies, nodes) - held.high;
  const fresh = {
    low: Math.max(0, machines.low - held.low),
    high: Math.max(0, Math.min(machines.high, free)),
  };
  holders.set(key, { low: Math.max(held.low, machines.low), high: held.high + fresh.high });
  return fresh;
}

function withoutFirst(pods: PullRange, fresh: PullRange): PullRange {
  return { low: Math.max(0, pods.low - fresh.low), high: Math.max(0, pods.high - fresh.high) };
}

function pricedImage(use: ImageUse, { source }: Workload, options: CostOptions): PricedImage {
  const { reference } = use;
  const { known } = options;
  const requested = use.platforms.length === 0 ? options.platforms : use.platforms;
  const has = known.get(nameKey(reference))?.platforms ?? [];
  // A machine pulls the image for its own platform; only a build pulls several.
  const platforms = source === 'dockerfile' ? requested.length : 1;
  return {
    form: platforms > 1 ? 'index' : formOf(reference, known),
    platforms,
    isWrongPlatform: has.length > 0 && !requested.some((one) => has.some((other) => isFor(one, other))),
  };
}

/** Reports whether two platforms are compatible, such as `linux/arm64/v8` and `linux/arm64`. */
function isFor(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function costThroughCache(images: readonly ImageCost[], options: CostOptions): PullRange {
  const pulled = new Map<string, PullRange>();
  for (const { use, workload, pulls } of images) {
    if (pulls.high === 0) continue;
    const price = cachePrice(pricedImage(use, workload, options), options.model);
    const key = JSON.stringify([contentKey(use.reference, options.known), use.platforms]);
    const before = pulled.get(key)?.low ?? 0;
    pulled.set(key, { low: pulls.low === 0 ? before : price.low, high: price.high });
  }
  return addRanges([...pulled.values()]);
}

import type { ImageReference } from '../image-reference.ts';
import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';

/** Where something stands in a file. Lines and columns count from 1. */
interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that is left out of a plan, and why. */
export interface PlanProblem extends SourcePlace {
  /** A sentence without a full stop. */
  readonly message: string;
}

/** What one file, or one document of it, asks for. */
export interface FileReading {
  readonly workloads: readonly Workload[];
  /** What could not be counted. */
  readonly problems: readonly PlanProblem[];
}

/** A file that holds nothing for a plan. */
export const EMPTY_READING: FileReading = { workloads: [], problems: [] };

/** Something that starts containers or builds an image, as a whole: what it runs together shares a machine. */
export interface Workload {
  readonly source: WorkloadSource;
  /** `Deployment`, `service`, `build`, `job`. */
  readonly kind: string;
  /** `shop/web`: the namespace is there when the file says it. */
  readonly name: string;
  readonly copies: Copies;
  readonly uses: readonly ImageUse[];
}

/** What kind of file a workload comes from. */
export type WorkloadSource = 'kubernetes' | 'compose' | 'dockerfile' | 'github' | 'gitlab';

/** How often a workload starts, and on how many machines. */
export interface Copies {
  /** Pods (containers, jobs, builds) that are started: in each cluster, if there are clusters. */
  readonly pods: PullRange | EveryNode;
  /** How many of them run at once, at least; undefined: all of them. */
  readonly atOnce?: number;
  /** Whether they avoid one another. */
  readonly spread: Spread;
  /**
   * `cluster`: on the nodes of each cluster. `host`: on one machine, or the nodes of one swarm. `fresh`: each on a
   * machine that may have nothing, as builds and CI jobs.
   */
  readonly place: 'cluster' | 'host' | 'fresh';
}

/** One on each node, or at least on those that are selected. */
interface EveryNode {
  readonly everyNode: true;
  readonly isSelective: boolean;
}

/** `free`: as the scheduler likes. `apart`: never two on one node. `even`: so many more on one node than on another. */
export type Spread =
  | { readonly kind: 'free' }
  | { readonly kind: 'apart' }
  | { readonly kind: 'even'; readonly maxSkew: number };

/** When a machine asks for an image: each time, only when it has none, or never. */
export type PullPolicy = 'always' | 'if-not-present' | 'never';

/** What part an image plays. */
export type ImageRole =
  | 'container'
  | 'init'
  | 'sidecar'
  | 'ephemeral'
  | 'volume'
  | 'service'
  | 'stage'
  | 'copy'
  | 'frontend'
  | 'job'
  | 'step';

/** One image in one place of one file. */
export interface ImageUse extends SourcePlace {
  /** The name of the container, stage, service or job that it is for. */
  readonly container: string;
  readonly role: ImageRole;
  /** The reference as it is used: as written, with variables filled in. */
  readonly text: string;
  readonly reference: ImageReference;
  readonly policy: PullPolicy;
  /** For which platforms it is pulled; empty: for that of the machine. */
  readonly platforms: readonly string[];
  /** Whether it may not be needed at all, as a stage that the last one does not build on. */
  readonly isOptional: boolean;
  /** Where the reference stands in its file, in characters; undefined where it is put together from parts. */
  readonly range: TextRange | undefined;
}

/** A stretch of a text: from `start` to before `end`, in characters. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * On how many machines the copies of a workload come to lie.
 * @param nodes of the cluster or swarm; undefined: not known
 */
export function machinesOf(copies: Copies, nodes: number | undefined): PullRange {
  const pods = podsOf(copies, nodes);
  if (pods.high === 0) return NO_PULLS;
  if ('everyNode' in copies.pods) return pods;
  const available = nodesFor(copies, nodes);
  const high = Math.min(pods.high, available);
  if (pods.low === 0) return { low: 0, high };
  return { low: Math.min(leastMachines(copies, pods.low), high), high };
}

/** How many pods are started. */
export function podsOf({ pods }: Copies, nodes: number | undefined): PullRange {
  if (!('everyNode' in pods)) return pods;
  const all = nodes ?? 1;
  return pods.isSelective ? { low: 0, high: all } : exactly(all);
}

/** How many machines there are for the copies of a workload. */
export function nodesFor({ place }: Copies, nodes: number | undefined): number {
  if (place === 'fresh') return Number.POSITIVE_INFINITY;
  return nodes ?? (place === 'host' ? 1 : Number.POSITIVE_INFINITY);
}

function leastMachines({ spread, atOnce }: Copies, pods: number): number {
  const running = Math.min(pods, atOnce ?? pods);
  if (spread.kind === 'apart') return running;
  // While one node has none of them, none may have more than maxSkew.
  return spread.kind === 'even' ? Math.ceil(running / spread.maxSkew) : 1;
}

import type { ImageReference } from '../image-reference.ts';
import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';

/** A place in a file. Lines and columns count from 1; a pod of a running cluster has line 0. */
interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Formats a place: `job.yml:27:18`, or the name of a pod alone. */
export function placeWords({ file, line, column }: SourcePlace): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** A part of a file that is left out of a plan, with the reason. */
export interface PlanProblem extends SourcePlace {
  /** A sentence without a full stop. */
  readonly message: string;
}

/** The workloads of one file, or of one document in it. */
export interface FileReading {
  readonly workloads: readonly Workload[];
  /**
   * What was not understood or could not be counted, each with its place. A plan with a problem is never said to fit, so
   * that a reader reports every value, key, kind and other file that it does not know or cannot resolve.
   */
  readonly problems: readonly PlanProblem[];
}

/** A unit that starts containers or builds an image. Its containers run on the same machine. */
export interface Workload {
  readonly source: WorkloadSource;
  /** `Deployment`, `service`, `build`, `job`. */
  readonly kind: string;
  /** `shop/web`: with the namespace if the file contains it. */
  readonly name: string;
  readonly copies: Copies;
  readonly uses: readonly ImageUse[];
}

/** What is known of the nodes of a running cluster before pods are restarted. */
export interface RunningCluster {
  /** The nodes that run pods. */
  readonly nodes: number;
  /** The number of nodes that have each image, by `nameKey()`. */
  readonly holders: ReadonlyMap<string, number>;
}

/** The kind of file that a workload comes from. */
export type WorkloadSource =
  | 'kubernetes'
  | 'compose'
  | 'dockerfile'
  | 'github'
  | 'gitlab'
  | 'circleci'
  | 'bitbucket'
  | 'woodpecker'
  | 'drone';

/** The number of copies of a workload and their distribution over machines. */
export interface Copies {
  /** The number of pods (containers, jobs, builds) that start, in each cluster. */
  readonly pods: PullRange | EveryNode;
  /** The number of copies that certainly run at the same time. Default: all. */
  readonly atOnce?: number;
  /** The machine that all copies run on, if it is known. Workloads of one machine share its images. */
  readonly machine?: string;
  /** The rule for their distribution over nodes. */
  readonly spread: Spread;
  /**
   * `cluster`: the nodes of each cluster. `host`: one machine, or the nodes of one swarm. `fresh`: a machine for each copy
   * that may have no images, as for builds and CI jobs.
   */
  readonly place: 'cluster' | 'host' | 'fresh';
}

/** One copy on each node, or on the selected nodes. */
interface EveryNode {
  readonly everyNode: true;
  readonly isSelective: boolean;
}

/**
 * The distribution of copies. `free`: up to the scheduler. `apart`: at most one on a node. `even`: at most `maxSkew` more on
 * one node than on another.
 */
export type Spread =
  | { readonly kind: 'free' }
  | { readonly kind: 'apart' }
  | { readonly kind: 'even'; readonly maxSkew: number };

/** When a machine requests an image: at each start, only if it does not have it, or never. */
export type PullPolicy = 'always' | 'if-not-present' | 'never';

/** The purpose of an image in its file. */
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
  /** The name of the container, stage, service or job that uses it. */
  readonly container: string;
  readonly role: ImageRole;
  /** The reference as written, with variables substituted. */
  readonly text: string;
  readonly reference: ImageReference;
  readonly policy: PullPolicy;
  /** The platforms that it is pulled for. Empty: the platform of the machine. */
  readonly platforms: readonly string[];
  /** Whether it may not be needed, such as a stage that the last stage does not use. */
  readonly isOptional: boolean;
  /** Whether the pod states a login for pulls (`imagePullSecrets`). Undefined: unknown, as in files. */
  readonly hasLogin?: boolean;
  /** The range of the reference in its file; undefined if it is composed of several parts. */
  readonly range: TextRange | undefined;
}

/** A range of a text in characters (UTF-16): `start` included, `end` excluded. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the number of machines that run the copies of a workload.
 * @param nodes the number of nodes of the cluster or swarm; undefined if unknown
 */
export function machinesOf(copies: Copies, nodes: number | undefined): PullRange {
  const pods = podsOf(copies, nodes);
  if (pods.high === 0) return NO_PULLS;
  if (copies.machine !== undefined) return { low: Math.min(1, pods.low), high: 1 };
  if ('everyNode' in copies.pods) return pods;
  const available = nodesFor(copies, nodes);
  const high = Math.min(pods.high, available);
  if (pods.low === 0) return { low: 0, high };
  return { low: Math.min(leastMachines(copies, pods.low), high), high };
}

/** Returns the number of pods that start. An unknown number of nodes counts as 1. */
export function podsOf({ pods }: Copies, nodes: number | undefined): PullRange {
  if (!('everyNode' in pods)) return pods;
  const all = nodes ?? 1;
  return pods.isSelective ? { low: 0, high: all } : exactly(all);
}

/** Returns the number of machines that are available for the copies of a workload; infinity if unknown. */
export function nodesFor({ place, machine }: Copies, nodes: number | undefined): number {
  if (machine !== undefined) return 1;
  if (place === 'fresh') return Number.POSITIVE_INFINITY;
  return nodes ?? (place === 'host' ? 1 : Number.POSITIVE_INFINITY);
}

function leastMachines({ spread, atOnce }: Copies, pods: number): number {
  const running = Math.min(pods, atOnce ?? pods);
  if (spread.kind === 'apart') return running;
  // While one node runs no copy, no node may run more than maxSkew.
  return spread.kind === 'even' ? Math.ceil(running / spread.maxSkew) : 1;
}

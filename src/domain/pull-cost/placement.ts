import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';
import type { Copies } from './workload.ts';

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

import type { PullRange } from '../pull-cost/pull-range.ts';
import { countNoun, formatCount } from '../wording.ts';
import type { SpendingGroup, SpendingReport } from './spending-report.ts';
import type { WaitingPods } from './spending-service.ts';

/** The names of the groups, as headings. */
export const GROUP_LABELS: Readonly<Record<SpendingGroup, string>> = {
  team: 'Team',
  cluster: 'Cluster',
  namespace: 'Namespace',
  workload: 'Workload',
  node: 'Node',
  image: 'Image',
  user: 'User',
  token: 'Access token',
  repository: 'Repository',
  address: 'Address',
};

/** Stands for a field that is not known. */
export const NOT_KNOWN = '(not known)';
/** The most workloads that are named. */
const MAX_PLACES = 5;

/** Returns the middle of a range. */
export function middleOf({ low, high }: PullRange): number {
  return (low + high) / 2;
}

/**
 * Returns the pulls that shares refer to: what the bucket lost, or the middle of what is explained if that is more. With the
 * middles of the rows and the rest, the shares add up to 100 %.
 */
export function wholeOf({ spent, explained }: Pick<SpendingReport, 'spent' | 'explained'>): number {
  return Math.max(spent ?? 0, middleOf(explained));
}

/** Formats a share of a whole: `42.5 %`; a dash if the whole is 0. */
export function shareWords(pulls: number, whole: number): string {
  return whole === 0 ? '–' : `${((pulls / whole) * 100).toFixed(1)} %`;
}

/** Formats a range of pulls, rounded to whole pulls: `1,200`, or `36 to 42`. */
export function rangeWords({ low, high }: PullRange): string {
  const [least, most] = [formatCount(Math.round(low)), formatCount(Math.round(high))];
  return least === most ? least : `${least} to ${most}`;
}

/** Pods that wait now, as words. */
export interface WaitingWords {
  /** `12 pods wait`. */
  readonly pods: string;
  /** When the first of them was refused, in milliseconds since the epoch. */
  readonly since: number;
  /** `shop/web x9, etl/load x3`. */
  readonly places: string;
}

/** Describes pods that wait; undefined if none do. */
export function describeWaiting(
  waiting: readonly Pick<WaitingPods, 'namespace' | 'workload' | 'pods' | 'since'>[],
): WaitingWords | undefined {
  if (waiting.length === 0) return undefined;
  const pods = waiting.reduce((total, one) => total + one.pods, 0);
  const places = new Map<string, number>();
  for (const one of waiting) {
    const place = workloadName(`${one.namespace}/${one.workload}`);
    places.set(place, (places.get(place) ?? 0) + one.pods);
  }
  const ranked = [...places].sort(([, a], [, b]) => b - a);
  const named = ranked.slice(0, MAX_PLACES).map(([place, count]) => `${place} x${count}`);
  const rest = ranked.length - named.length;
  return {
    pods: `${countNoun(pods, 'pod')} ${pods === 1 ? 'waits' : 'wait'}`,
    since: waiting.reduce((first, { since }) => Math.min(first, since), Number.POSITIVE_INFINITY),
    places: `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
  };
}

/** Returns a workload without its kind: `shop/web` for `shop/Deployment/web`. */
export function workloadName(workload: string): string {
  const [namespace = '', ...rest] = workload.split('/');
  return [namespace, ...rest.slice(1)].join('/');
}

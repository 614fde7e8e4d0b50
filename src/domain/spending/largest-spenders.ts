import type { PullRange } from '../pull-cost/pull-range.ts';
import { addRanges } from '../pull-cost/pull-range.ts';
import type { SpendingReport, SpendingRow } from './spending-report.ts';
import { middleOf, workloadName } from './spending-words.ts';

/** A team that spent pulls, with its largest workload. */
export interface Spender {
  readonly team: string;
  readonly pulls: PullRange;
  /** The namespace and name of the workload with the most pulls: `shop/web`. */
  readonly workload: string;
  /** How much of the pulls it explains. `all`: it is the only workload. `most`: more than half. */
  readonly part: 'all' | 'most' | 'some';
}

/** The teams that spent the most pulls of a bucket in a window, and how much is explained. */
export interface LargestSpenders {
  /** Most pulls first, at most three. */
  readonly spenders: readonly Spender[];
  /** The number of further teams. */
  readonly others: number;
  /** The pulls that the bucket lost; null if that is not known. */
  readonly spent: number | null;
  readonly unexplained: PullRange | null;
  /** The names of clusters that cannot be read now: their pulls are missing. */
  readonly unread: readonly string[];
}

/** The most teams that a message names. */
const MAX_SPENDERS = 3;

/**
 * Returns the largest spenders of a report.
 * @param report grouped by `team` and `workload`
 */
export function largestSpenders(
  { rows, spent, unexplained }: Pick<SpendingReport, 'rows' | 'spent' | 'unexplained'>,
  unread: readonly string[],
): LargestSpenders {
  const teams = new Map<string, SpendingRow[]>();
  for (const row of rows) {
    if (row.pulls.high === 0) continue;
    const { team = '' } = row;
    teams.set(team, [...(teams.get(team) ?? []), row]);
  }
  const ranked = [...teams]
    .map(([team, own]) => toSpender(team, own))
    .sort((a, b) => middleOf(b.pulls) - middleOf(a.pulls) || (a.team < b.team ? -1 : 1));
  const spenders = ranked.slice(0, MAX_SPENDERS);
  return { spenders, others: ranked.length - spenders.length, spent, unexplained, unread };
}

function toSpender(team: string, rows: readonly SpendingRow[]): Spender {
  const pulls = addRanges(rows.map((row) => row.pulls));
  const [largest] = [...rows].sort((a, b) => middleOf(b.pulls) - middleOf(a.pulls));
  const isMost = largest !== undefined && middleOf(largest.pulls) * 2 > middleOf(pulls);
  return {
    team,
    pulls,
    workload: workloadName(largest?.workload ?? ''),
    part: rows.length === 1 ? 'all' : isMost ? 'most' : 'some',
  };
}

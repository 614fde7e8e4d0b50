import { addRanges, NO_PULLS, type PullRange } from '../pull-cost/pull-range.ts';
import type { AttemptSum } from './spending-store.ts';

/** The fields by which spending can be grouped. */
export const SPENDING_GROUPS = [
  'team',
  'cluster',
  'namespace',
  'workload',
  'node',
  'image',
  'user',
  'token',
  'repository',
  'address',
] as const;

/** One of `SPENDING_GROUPS`. */
export type SpendingGroup = (typeof SPENDING_GROUPS)[number];

/** A query for who spent the pulls of a bucket. Instants are milliseconds since the epoch. */
export interface SpendingQuery {
  /** The source of the bucket, or the name of a credential that draws on it. */
  readonly bucket: string;
  /** Start, included. */
  readonly from: number;
  /** End, not included. */
  readonly to: number;
  /** The fields of the rows: pulls that are equal in them are one row. */
  readonly by: readonly SpendingGroup[];
}

/** The pulls of one group. Fields that the query does not group by, or that are unknown, are absent. */
export interface SpendingRow extends Readonly<Partial<Record<SpendingGroup, string>>> {
  readonly pulls: PullRange;
  /** Attempts that the registry refused. */
  readonly refused: number;
  /** Attempts that sent a request. */
  readonly attempts: number;
}

/** The pulls that a bucket lost in one cell of time. */
export interface BucketLoss {
  /** Start of the cell, in milliseconds since the epoch. */
  readonly at: number;
  /** Null if it was not observed. */
  readonly spent: number | null;
}

/** A cell of time for a chart. */
export interface SpendingSlot extends BucketLoss {
  /** The pulls of each row in the order of `rows`. */
  readonly pulls: readonly PullRange[];
}

/** Who spent the pulls of a bucket. The rows add up to `explained`. */
export interface SpendingReport {
  readonly from: number;
  readonly to: number;
  /** The pulls that the bucket lost; null if no cell was observed. */
  readonly spent: number | null;
  readonly explained: PullRange;
  /** The pulls that the bucket lost and no row explains; null if `spent` is. */
  readonly unexplained: PullRange | null;
  /** Most pulls first. */
  readonly rows: readonly SpendingRow[];
  /** The length of a slot in milliseconds. */
  readonly slotMs: number;
  readonly slots: readonly SpendingSlot[];
}

/** Spending of one group in one slot, from any kind of data. */
export interface SpendingSum extends Pick<AttemptSum, 'at' | 'attempts' | 'refused' | 'pulls'> {
  /** The values by which it can be grouped. */
  readonly fields: Readonly<Partial<Record<SpendingGroup, string>>>;
}

/**
 * Compares what a bucket lost with the pulls that are known.
 *
 * `unexplained.low` is what the bucket lost beyond the upper bound of the rows, `unexplained.high` beyond their lower bound;
 * neither is below 0.
 * @param losses the cells of the bucket in the range, in the order of time
 * @param sums the known pulls in slots that begin where the cells begin
 */
export function reportSpending(
  { from, to, by }: Pick<SpendingQuery, 'from' | 'to' | 'by'>,
  slotMs: number,
  losses: readonly BucketLoss[],
  sums: readonly SpendingSum[],
): SpendingReport {
  const groups = new Map<string, SpendingSum[]>();
  for (const sum of sums) {
    const key = JSON.stringify(by.map((field) => sum.fields[field] ?? null));
    const group = groups.get(key);
    if (group) group.push(sum);
    else groups.set(key, [sum]);
  }
  const ranked = [...groups.values()]
    .map((group) => ({ group, row: rowOf(group, by) }))
    .sort((a, b) => compareRows(a.row, b.row, by));
  const observed = losses.filter((loss): loss is BucketLoss & { spent: number } => loss.spent !== null);
  const spent = observed.length === 0 ? null : observed.reduce((total, loss) => total + loss.spent, 0);
  const explained = addRanges(ranked.map(({ row }) => row.pulls));
  return {
    from,
    to,
    spent,
    explained,
    unexplained: spent === null ? null : restOf(spent, explained),
    rows: ranked.map(({ row }) => row),
    slotMs,
    slots: slotsOf(
      losses,
      ranked.map(({ group }) => group),
    ),
  };
}

/** Returns what a bucket lost and a range does not explain. */
export function restOf(spent: number, explained: PullRange): PullRange {
  return { low: Math.max(0, spent - explained.high), high: Math.max(0, spent - explained.low) };
}

function rowOf(group: readonly SpendingSum[], by: readonly SpendingGroup[]): SpendingRow {
  const fields = group[0]?.fields ?? {};
  return {
    ...Object.fromEntries(
      by.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])),
    ),
    pulls: addRanges(group.map(({ pulls }) => pulls)),
    refused: group.reduce((total, { refused }) => total + refused, 0),
    attempts: group.reduce((total, { attempts }) => total + attempts, 0),
  };
}

/** Orders rows by the middle of their range, then by refusals, then by name, so that the order is stable. */
function compareRows(a: SpendingRow, b: SpendingRow, by: readonly SpendingGroup[]): number {
  const middles = b.pulls.low + b.pulls.high - a.pulls.low - a.pulls.high;
  const name = (row: SpendingRow) => by.map((field) => row[field] ?? '').join('\n');
  return middles || b.refused - a.refused || (name(a) < name(b) ? -1 : 1);
}

function slotsOf(losses: readonly BucketLoss[], groups: readonly (readonly SpendingSum[])[]): SpendingSlot[] {
  const byStart = groups.map((group) => {
    const ranges = new Map<number, PullRange>();
    for (const { at, pulls } of group) ranges.set(at, addRanges([ranges.get(at) ?? NO_PULLS, pulls]));
    return ranges;
  });
  const lossOf = new Map(losses.map(({ at, spent }) => [at, spent]));
  const starts = new Set([...lossOf.keys(), ...byStart.flatMap((ranges) => [...ranges.keys()])]);
  return [...starts]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      spent: lossOf.get(at) ?? null,
      pulls: byStart.map((ranges) => ranges.get(at) ?? NO_PULLS),
    }));
}

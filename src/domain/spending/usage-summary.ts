import { splitEvenly, type TeamOf } from './owners.ts';
import { detached } from './usage-row.ts';
import type { UsageDay, UsageSpender } from './usage-store.ts';

/** The fields by which a usage report can be grouped. */
export const USAGE_GROUPS = ['team', 'user', 'token', 'repository', 'address', 'day'] as const;

/** One of `USAGE_GROUPS`. */
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Pulls and version checks. A version check is a `HEAD` request, which costs no pull. */
export interface UsageCounts {
  readonly pulls: number;
  readonly versionChecks: number;
}

/** The usage of one group. */
export interface UsageTotal extends UsageCounts {
  /** The team, the user, ...; a day as `2026-11-29`. Empty where the report names none. */
  readonly name: string;
}

/** A usage report summed by one field. The totals add up to the whole. */
export interface UsageSummary extends UsageCounts {
  readonly by: UsageGroup;
  /** Most pulls first; days in the order of time. */
  readonly totals: readonly UsageTotal[];
  /** The start of the first and of the last hour, in milliseconds since the epoch; undefined without rows. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly rows: number;
}

/** How rows are grouped. */
export interface UsageGrouping {
  readonly by: UsageGroup;
  readonly teamOf: TeamOf;
  /** Returns an address as it is shown. */
  readonly showAddress: (address: string) => string;
}

/** Usage of a spender: a row of a report, or the sum of a day. */
type Usage = UsageDay & UsageCounts;

/** Sums rows of usage reports. Memory depends on the number of groups, not of rows. */
export interface UsageTally {
  add(row: Usage): void;
  summary(): UsageSummary;
}

/** Creates a tally without rows. */
export function createUsageTally(grouping: UsageGrouping): UsageTally {
  const { by } = grouping;
  /** Sums by the groups that share a row, in the order of the row. */
  const shared = new Map<string, { groups: readonly string[]; pulls: number; versionChecks: number }>();
  let [firstAt, lastAt, rows] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  return {
    add(row) {
      const groups = groupsOf(row, grouping);
      const key = groups.join('\n');
      const sum = shared.get(key);
      if (sum) {
        sum.pulls += row.pulls;
        sum.versionChecks += row.versionChecks;
      } else {
        const { pulls, versionChecks } = row;
        shared.set(detached(key), { groups: groups.map(detached), pulls, versionChecks });
      }
      firstAt = Math.min(firstAt, row.at);
      lastAt = Math.max(lastAt, row.at);
      rows += 1;
    },
    summary() {
      const totals = addShares([...shared.values()]);
      totals.sort((a, b) =>
        by === 'day'
          ? compareNames(a, b)
          : b.pulls - a.pulls || b.versionChecks - a.versionChecks || compareNames(a, b),
      );
      return {
        by,
        totals,
        pulls: sumOf(totals.map(({ pulls }) => pulls)),
        versionChecks: sumOf(totals.map(({ versionChecks }) => versionChecks)),
        firstAt: rows === 0 ? undefined : firstAt,
        lastAt: rows === 0 ? undefined : lastAt,
        rows,
      };
    },
  };
}

/** Returns the teams that share a row: several only if its addresses belong to several teams. Never empty. */
export function teamsOf(
  { user, token, repository, addresses }: UsageSpender,
  teamOf: TeamOf,
): readonly string[] {
  const spender = { user, token, repository };
  const [first, ...others] = addresses;
  if (first === undefined) return [teamOf(spender)];
  const team = teamOf({ ...spender, address: first });
  if (others.length === 0) return [team];
  return [...new Set([team, ...others.map((address) => teamOf({ ...spender, address }))])];
}

function groupsOf(row: Usage, { by, teamOf, showAddress }: UsageGrouping): readonly string[] {
  switch (by) {
    case 'team':
      return teamsOf(row, teamOf);
    case 'address':
      return row.addresses.length === 0 ? [''] : [...new Set(row.addresses.map(showAddress))];
    case 'day':
      return [new Date(row.at).toISOString().slice(0, 10)];
    case 'user':
    case 'token':
    case 'repository':
      return [row[by]];
  }
}

function addShares(sums: readonly (UsageCounts & { groups: readonly string[] })[]): UsageTotal[] {
  const totals = new Map<string, UsageTotal>();
  for (const { groups, pulls, versionChecks } of sums) {
    const [ofPulls, ofChecks] = [
      splitEvenly(pulls, groups.length),
      splitEvenly(versionChecks, groups.length),
    ];
    for (const [i, name] of groups.entries()) {
      const before = totals.get(name);
      totals.set(name, {
        name,
        pulls: (before?.pulls ?? 0) + (ofPulls[i] ?? 0),
        versionChecks: (before?.versionChecks ?? 0) + (ofChecks[i] ?? 0),
      });
    }
  }
  return [...totals.values()];
}

function compareNames(a: UsageTotal, b: UsageTotal): number {
  return a.name < b.name ? -1 : 1;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

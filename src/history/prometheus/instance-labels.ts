import type { Labels } from '../../domain/history/fleet.ts';
import type { SeriesLabels } from './answer.ts';

/** The labels that Headroom gives its families itself: they tell series of one Headroom apart, not Headrooms. */
const OWN_LABELS = ['__name__', 'credential', 'source', 'kind', 'reason'];
/** What every scrape adds: an address says less than a name that somebody has given. The last is taken last. */
const LAST_RESORT = ['job', 'pod', 'instance'];

/** The labels of a series that say which Headroom it is of, in the order of their names. */
export function instanceLabelsOf(labels: SeriesLabels): Labels {
  return Object.entries(labels)
    .filter(([name]) => !OWN_LABELS.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** One text for each set of labels. */
export function keyOfLabels(labels: Labels): string {
  return JSON.stringify(labels);
}

/**
 * Leaves of each set of labels what tells it from the others: the labels that differ, and of `job`, `pod` and
 * `instance` only as many as it takes. A set that is alone keeps what is not of the last resort, if it has any.
 */
export function tellApart(sets: readonly Labels[]): readonly Labels[] {
  const names = [...new Set(sets.flatMap((labels) => labels.map(([name]) => name)))];
  const telling = sets.length === 1 ? names : names.filter((name) => differs(sets, name));
  const chosen = new Set(telling.filter((name) => !LAST_RESORT.includes(name)));
  for (const name of LAST_RESORT) {
    if (chosen.size > 0 && isUnique(sets, chosen)) break;
    if (telling.includes(name)) chosen.add(name);
  }
  return sets.map((labels) => keepOnly(labels, chosen));
}

function differs(sets: readonly Labels[], name: string): boolean {
  return new Set(sets.map((labels) => labels.find(([other]) => other === name)?.[1])).size > 1;
}

function isUnique(sets: readonly Labels[], names: ReadonlySet<string>): boolean {
  return new Set(sets.map((labels) => keyOfLabels(keepOnly(labels, names)))).size === sets.length;
}

function keepOnly(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter(([name]) => names.has(name));
}

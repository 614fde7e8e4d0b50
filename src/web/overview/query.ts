import { STATUSES, type Status } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';

/** The parameters of the overview's URL: filter, order, groups and pages. */
export interface OverviewQuery {
  /** Part of a credential's name or of a source; empty for all. */
  readonly search: string;
  /** Status of at least one credential of a bucket; undefined for all. */
  readonly state: Status | undefined;
  readonly sort: Sort;
  readonly group: Group;
  /** From 1 on. */
  readonly page: number;
  /** Page of the fleet, from 1 on. */
  readonly fleetPage: number;
}

/** Order of buckets. */
export type Sort = 'worst' | 'name' | 'remaining' | 'spent' | 'dry';

/** Property by which buckets are grouped. */
export type Group = 'none' | 'state' | 'source';

/** Labels of the orders. */
export const SORTS: Readonly<Record<Sort, string>> = {
  worst: 'Worst first',
  remaining: 'Least left',
  dry: 'Used up first',
  spent: 'Most spent',
  name: 'Name',
};

/** Labels of the groupings. */
export const GROUPS: Readonly<Record<Group, string>> = {
  none: 'Not grouped',
  state: 'By state',
  source: 'By kind of source',
};

/** The query of the overview without parameters. */
export const DEFAULT_QUERY: OverviewQuery = {
  search: '',
  state: undefined,
  sort: 'worst',
  group: 'none',
  page: 1,
  fleetPage: 1,
};

/** Maximum length of a search text, in characters. */
const MAX_SEARCH_LENGTH = 100;
/** Maximum page number. */
const LAST_PAGE = 100_000;

/** Parses the parameters of the overview. Ignores invalid ones. */
export function readOverviewQuery(parameters: Readonly<Record<string, unknown>>): OverviewQuery {
  return {
    search: textOf(parameters.q).slice(0, MAX_SEARCH_LENGTH),
    state: STATUSES.find((status) => status === parameters.state),
    sort: keyOf(SORTS, parameters.sort) ?? DEFAULT_QUERY.sort,
    group: keyOf(GROUPS, parameters.group) ?? DEFAULT_QUERY.group,
    page: pageNumberOf(parameters.page),
    fleetPage: pageNumberOf(parameters.fleet),
  };
}

/**
 * Returns the query string of the parameters that differ from the defaults, with the question mark; empty if none
 * does.
 */
export function writeOverviewQuery({ search, state, sort, group, page, fleetPage }: OverviewQuery): string {
  const parameters = new URLSearchParams();
  if (search !== '') parameters.set('q', search);
  if (state !== undefined) parameters.set('state', state);
  if (sort !== DEFAULT_QUERY.sort) parameters.set('sort', sort);
  if (group !== DEFAULT_QUERY.group) parameters.set('group', group);
  if (page > 1) parameters.set('page', String(page));
  if (fleetPage > 1) parameters.set('fleet', String(fleetPage));
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** Returns the URL of the overview with another query, relative to the overview. */
export function overviewUrl(query: OverviewQuery): string {
  return writeOverviewQuery(query) || './';
}

function textOf(parameter: unknown): string {
  return typeof parameter === 'string' ? parameter.trim() : '';
}

function keyOf<Key extends string>(
  words: Readonly<Record<Key, string>>,
  parameter: unknown,
): Key | undefined {
  return (Object.keys(words) as Key[]).find((key) => key === parameter);
}

function pageNumberOf(parameter: unknown): number {
  const text = textOf(parameter);
  return /^\d{1,6}$/.test(text) ? Math.min(Math.max(Number(text), 1), LAST_PAGE) : 1;
}

/** One page of a list. */
interface PageOf<Item> {
  readonly items: readonly Item[];
  /** Page number, from 1 on. */
  readonly number: number;
  /** Number of pages; at least 1. */
  readonly count: number;
}

/**
 * Returns one page of a list.
 * @param size items on a page
 * @param wanted page number; clamped to the existing pages
 */
export function pageOf<Item>(items: readonly Item[], size: number, wanted: number): PageOf<Item> {
  const count = Math.max(1, Math.ceil(items.length / size));
  const number = Math.min(Math.max(wanted, 1), count);
  return { items: items.slice((number - 1) * size, number * size), number, count };
}

/** Links to the previous and the next page. */
export interface PageLinks {
  /** `Page 2 of 9`. */
  readonly words: string;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
}

/** Returns the links from a page to its neighbours; undefined if there is one page. */
export function toPageLinks(
  { number, count }: PageOf<unknown>,
  urlOfPage: (number: number) => string,
): PageLinks | undefined {
  if (count === 1) return undefined;
  return {
    words: `Page ${formatCount(number)} of ${formatCount(count)}`,
    previousUrl: number > 1 ? urlOfPage(number - 1) : undefined,
    nextUrl: number < count ? urlOfPage(number + 1) : undefined,
  };
}

import { STATUSES, type Status } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';

/** What is shown on the overview, and in which order: everything that stands in its URL. */
export interface OverviewQuery {
  /** Part of a credential's name or of a source; empty shows all. */
  readonly search: string;
  /** The state of at least one of the credentials; undefined shows all. */
  readonly state: Status | undefined;
  readonly sort: Sort;
  readonly group: Group;
  /** From 1 on. */
  readonly page: number;
  /** The page of the fleet, from 1 on. */
  readonly fleetPage: number;
}

/** In which order buckets stand. */
export type Sort = 'worst' | 'name' | 'remaining' | 'spent' | 'dry';

/** What buckets are put together by. */
export type Group = 'none' | 'state' | 'source';

/** The orders, in words. */
export const SORTS: Readonly<Record<Sort, string>> = {
  worst: 'Worst first',
  remaining: 'Least left',
  dry: 'Runs dry first',
  spent: 'Most spent',
  name: 'Name',
};

/** The groups, in words. */
export const GROUPS: Readonly<Record<Group, string>> = {
  none: 'Not grouped',
  state: 'By state',
  source: 'By kind of source',
};

/** The overview as it is without parameters. */
export const DEFAULT_QUERY: OverviewQuery = {
  search: '',
  state: undefined,
  sort: 'worst',
  group: 'none',
  page: 1,
  fleetPage: 1,
};

/** The longest text that is searched for, in characters. */
const MOST_SEARCHED = 100;
/** The last page that can be asked for: more than there ever are. */
const LAST_PAGE = 100_000;

/** Reads the parameters of the overview. What cannot be read is as if it were not there: a page is no place for errors. */
export function readOverviewQuery(parameters: Readonly<Record<string, unknown>>): OverviewQuery {
  return {
    search: textOf(parameters.q).slice(0, MOST_SEARCHED),
    state: STATUSES.find((status) => status === parameters.state),
    sort: keyOf(SORTS, parameters.sort) ?? DEFAULT_QUERY.sort,
    group: keyOf(GROUPS, parameters.group) ?? DEFAULT_QUERY.group,
    page: pageNumberOf(parameters.page),
    fleetPage: pageNumberOf(parameters.fleet),
  };
}

/** Writes the parameters that differ from the usual, with the question mark; empty when none does. */
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

/** A link to another view of the overview, from the overview. */
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

/** One page of a list that is too long for one. */
interface PageOf<Item> {
  readonly items: readonly Item[];
  /** From 1 on; the last one where a later one was asked for. */
  readonly number: number;
  /** How many pages there are; at least 1. */
  readonly count: number;
}

/** Cuts a page out of a list. */
export function pageOf<Item>(items: readonly Item[], size: number, wanted: number): PageOf<Item> {
  const count = Math.max(1, Math.ceil(items.length / size));
  const number = Math.min(Math.max(wanted, 1), count);
  return { items: items.slice((number - 1) * size, number * size), number, count };
}

/** The ways to the pages beside this one. */
export interface PageLinks {
  /** `Page 2 of 9`. */
  readonly words: string;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
}

/** The ways from one page of a list to the next; undefined where there is one page. */
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

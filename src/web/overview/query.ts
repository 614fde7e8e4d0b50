import { STANDINGS, type Standing } from '../../domain/status.ts';

/** What is shown on the overview, and in which order: everything that stands in its URL. */
export interface OverviewQuery {
  /** Part of a credential's name or of a source; empty shows all. */
  readonly search: string;
  /** The state of at least one of the credentials; undefined shows all. */
  readonly state: Standing | undefined;
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
export const WHOLE_OVERVIEW: OverviewQuery = {
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
    state: STANDINGS.find((standing) => standing === parameters.state),
    sort: keyOf(SORTS, parameters.sort) ?? WHOLE_OVERVIEW.sort,
    group: keyOf(GROUPS, parameters.group) ?? WHOLE_OVERVIEW.group,
    page: pageNumberOf(parameters.page),
    fleetPage: pageNumberOf(parameters.fleet),
  };
}

/** Writes the parameters that differ from the usual, with the question mark; empty when none does. */
export function writeOverviewQuery({ search, state, sort, group, page, fleetPage }: OverviewQuery): string {
  const parameters = new URLSearchParams();
  if (search !== '') parameters.set('q', search);
  if (state !== undefined) parameters.set('state', state);
  if (sort !== WHOLE_OVERVIEW.sort) parameters.set('sort', sort);
  if (group !== WHOLE_OVERVIEW.group) parameters.set('group', group);
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

import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import type { FleetSnapshot } from '../../domain/history/fleet.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import { UNREPORTED } from '../../kit/contain.ts';
import type { StatusWords, Tone } from '../credential-words.ts';
import type { Page } from '../page.ts';
import { type BucketCard, brokenBucketCard, type CardSources, toBucketCard } from './bucket-card.ts';
import { type BucketSnapshot, groupByBucket, namesBySource, toBuckets } from './buckets.ts';
import { bucketMembersOf, type FleetSection, toFleetSection } from './fleet.ts';
import { findSharedProblem, type OverviewHead, type SharedProblem, toOverviewHead } from './head.ts';
import { groupBuckets, selectBuckets } from './order.ts';
import {
  DEFAULT_QUERY,
  GROUPS,
  type OverviewQuery,
  overviewUrl,
  type PageLinks,
  pageOf,
  SORTS,
  toPageLinks,
  writeOverviewQuery,
} from './query.ts';

/** View model of the overview, the page `/`. */
export interface OverviewPage extends Page, OverviewHead {
  readonly tone: Tone;
  /** The current filter, for the form. */
  readonly filter: FilterForm;
  /** `8 buckets`, or `3 of 8 shown`. */
  readonly total: string;
  readonly hasBuckets: boolean;
  /** Number of all buckets, shown or not. */
  readonly bucketCount: number;
  /** Whether buckets exist but none matches the filter. */
  readonly isNothingFound: boolean;
  /** A problem that all credentials share; undefined if there is none. */
  readonly sharedProblem: SharedProblem | undefined;
  /** `cards` for up to 24 buckets, otherwise `rows`. */
  readonly density: 'cards' | 'rows';
  readonly groups: readonly CardGroup[];
  readonly pages: PageLinks | undefined;
  /** URL of the overview without filter; undefined if all buckets are shown. */
  readonly allUrl: string | undefined;
  /** The other Headrooms; undefined where no fleet is configured. */
  readonly fleet: FleetSection | undefined;
  /** Time at which the fleet was read, in milliseconds since the epoch; undefined if it was not. */
  readonly fleetReadAt: number | undefined;
  /** Query string of this page, for forms that return to it. */
  readonly query: string;
  /** Result of the user's last action; undefined if there was none. */
  readonly notice: Notice | undefined;
  /** Identifier of the newest event that the page includes. */
  readonly eventId: string;
}

/** Result of the user's last action. */
export interface Notice {
  readonly text: string;
  readonly tone: Tone;
}

/** Cards under one heading, finished for the template. */
export interface CardGroup {
  /** The heading; undefined if buckets are not grouped. */
  readonly title: string | undefined;
  readonly state: StatusWords | undefined;
  readonly cards: readonly BucketCard[];
}

/** The form that sets filter, order and groups. */
export interface FilterForm {
  /** The text that is searched for; empty if none is. */
  readonly search: string;
  /** The status that buckets must have, as in the URL; undefined for every status. */
  readonly state: string | undefined;
  /** The options of the order. */
  readonly sorts: readonly Choice[];
  /** The options of the groups. */
  readonly groups: readonly Choice[];
  /** Whether the form is left out because there are too few buckets. */
  readonly isHidden: boolean;
}

/** An option of a list. */
export interface Choice {
  readonly value: string;
  readonly words: string;
  readonly isChosen: boolean;
}

/** The data of the overview. */
export interface OverviewSources extends Omit<CardSources, 'fleetNamesOf'> {
  readonly snapshots: readonly CredentialSnapshot[];
  readonly fleet: FleetSnapshot | undefined;
  readonly query: OverviewQuery;
  /** Result of the user's last action. */
  readonly notice?: Notice | undefined;
  /** Identifier of the newest event at `now`. */
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Number of buckets above which rows replace cards. */
const MAX_CARDS = 24;
/** Maximum number of buckets on one page. */
export const PAGE_SIZE = 100;
/** Number of buckets up to which the filter is left out. */
const FEW = 3;

/**
 * Creates the overview. The answer and the title are about the credentials of this Headroom only, since deployments
 * here use them.
 */
export function toOverviewPage(sources: OverviewSources): OverviewPage {
  const { snapshots, fleet, query, now } = sources;
  const buckets = toBuckets(snapshots);
  const selected = selectBuckets(buckets, query, sources.courseOf);
  const sharedProblem = findSharedProblem(snapshots);
  const fleetMembers = bucketMembersOf(fleet);
  const cardSources = { ...sources, fleetNamesOf: namesBySource(fleetMembers) };
  const page = pageOf(selected, PAGE_SIZE, query.page);
  return {
    ...toOverviewHead(snapshots, query, now),
    section: 'overview',
    styles: ['overview.css'],
    scripts: ['live.js'],
    filter: toFilterForm(query, buckets.length + fleetMembers.length),
    total: totalWords(buckets, selected.length),
    hasBuckets: buckets.length > 0,
    bucketCount: buckets.length,
    isNothingFound: buckets.length > 0 && selected.length === 0,
    sharedProblem,
    density: buckets.length > MAX_CARDS ? 'rows' : 'cards',
    groups: groupBuckets(page.items, query.group).map(({ title, state, buckets }) => ({
      title,
      state,
      cards: buckets.map((bucket) => toOverviewCard(bucket, cardSources, sharedProblem)),
    })),
    pages: toPageLinks(page, (number) => overviewUrl({ ...query, page: number })),
    allUrl: selected.length < buckets.length ? overviewUrl(DEFAULT_QUERY) : undefined,
    fleet:
      fleet &&
      toFleetSection(fleet, groupByBucket([...snapshots, ...fleetMembers]), query, now, sources.contain),
    fleetReadAt: fleet?.readAt,
    query: writeOverviewQuery(query),
    notice: sources.notice,
    eventId: sources.eventId,
  };
}

/**
 * Creates the card of one bucket. If all credentials share a problem, the card leaves problems out: the page shows it
 * once.
 */
export function toOverviewCard(
  bucket: BucketSnapshot,
  sources: CardSources & { readonly now: number },
  sharedProblem: SharedProblem | undefined,
): BucketCard {
  const { contain = UNREPORTED, now } = sources;
  const card = contain.one(
    'overview',
    bucket.key,
    () => toBucketCard(bucket, sources, now),
    () => brokenBucketCard(bucket, sources),
  );
  return sharedProblem ? { ...card, problems: [] } : card;
}

function toFilterForm({ search, state, sort, group }: OverviewQuery, count: number): FilterForm {
  const choices = (words: Readonly<Record<string, string>>, chosen: string) =>
    Object.entries(words).map(([value, text]) => ({ value, words: text, isChosen: value === chosen }));
  return {
    search,
    state,
    sorts: choices(SORTS, sort),
    groups: choices(GROUPS, group),
    isHidden: count <= FEW && search === '' && state === undefined,
  };
}

/** Returns `7 buckets and 3 credentials`: a credential without a known source has no bucket yet. */
function totalWords(buckets: readonly BucketSnapshot[], selected: number): string {
  if (selected < buckets.length) return `${formatCount(selected)} of ${formatCount(buckets.length)} shown`;
  const known = buckets.filter(({ source }) => source !== undefined).length;
  const words = [
    known > 0 && countNoun(known, 'bucket'),
    known < buckets.length && countNoun(buckets.length - known, 'credential'),
  ];
  return words.filter(Boolean).join(' and ');
}

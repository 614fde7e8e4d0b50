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

/** The page `/`, finished: every text as it is shown. */
export interface OverviewPage extends Page, OverviewHead {
  readonly tone: Tone;
  /** What is shown, for the form. */
  readonly filter: FilterForm;
  /** `8 buckets`, or `3 of 8 shown`. */
  readonly total: string;
  readonly hasBuckets: boolean;
  /** How many there are, whatever is shown. */
  readonly bucketCount: number;
  /** Whether there are buckets, and the filter wants none of them. */
  readonly isNothingFound: boolean;
  /** What is wrong with all of them alike, and what to try. */
  readonly sharedProblem: SharedProblem | undefined;
  /** Cards read well up to two dozen; more than that are rows. */
  readonly density: 'cards' | 'rows';
  readonly groups: readonly CardGroup[];
  readonly pages: PageLinks | undefined;
  /** Where all is shown again; undefined where all is shown. */
  readonly allUrl: string | undefined;
  /** The other Headrooms; undefined where nobody looks for them. */
  readonly fleet: FleetSection | undefined;
  /** When the fleet was read, in milliseconds since the epoch; undefined where it was not. */
  readonly fleetReadAt: number | undefined;
  /** The parameters of this page, for forms that lead back to it. */
  readonly query: string;
  /** What became of what the reader asked for; undefined where nothing was. */
  readonly notice: Notice | undefined;
  /** The newest event that the page knows of. */
  readonly eventId: string;
}

/** What became of what the reader asked for. */
export interface Notice {
  readonly text: string;
  readonly tone: Tone;
}

/** Cards under one heading. */
export interface CardGroup {
  /** Undefined where nothing is grouped. */
  readonly title: string | undefined;
  readonly state: StatusWords | undefined;
  readonly cards: readonly BucketCard[];
}

/** The form that chooses what is shown. */
export interface FilterForm {
  readonly search: string;
  readonly state: string | undefined;
  readonly sorts: readonly Choice[];
  readonly groups: readonly Choice[];
  /** Whether there is so little that nobody needs it. */
  readonly isHidden: boolean;
}

/** One of the choices of a list. */
export interface Choice {
  readonly value: string;
  readonly words: string;
  readonly isChosen: boolean;
}

/** What the overview is made of. */
export interface OverviewSources extends Omit<CardSources, 'fleetNamesOf'> {
  readonly snapshots: readonly CredentialSnapshot[];
  readonly fleet: FleetSnapshot | undefined;
  readonly query: OverviewQuery;
  /** What became of what the reader asked for. */
  readonly notice?: Notice | undefined;
  /** The newest event at that moment. */
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** More buckets than this are shown as rows. */
const MAX_CARDS = 24;
/** The most buckets on one page: nobody reads more, and a page of them stays small. */
export const PAGE_SIZE = 100;
/** So few buckets need neither filter nor order. */
const FEW = 3;

/**
 * Finishes the overview of all credentials. The answer and the title speak of this Headroom alone: whoever deploys here
 * pulls here.
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

/** Finishes one bucket: what all suffer from is told once, above the cards. */
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

/** `7 buckets and 3 credentials`: a credential whose source is not known is on no bucket yet. */
function totalWords(buckets: readonly BucketSnapshot[], selected: number): string {
  if (selected < buckets.length) return `${formatCount(selected)} of ${formatCount(buckets.length)} shown`;
  const known = buckets.filter(({ source }) => source !== undefined).length;
  const words = [
    known > 0 && countNoun(known, 'bucket'),
    known < buckets.length && countNoun(buckets.length - known, 'credential'),
  ];
  return words.filter(Boolean).join(' and ');
}

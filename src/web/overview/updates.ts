import type { LiveFeed } from '../api/live-feed.ts';
import { toEventText } from '../api/live-feed.ts';
import type { Tone } from '../credential-words.ts';
import type { RenderTemplate } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { type BucketSnapshot, bucketIdOf, namesBySource, takeSnapshots, toBuckets } from './buckets.ts';
import { bucketMembersOf } from './fleet.ts';
import { findSharedProblem, toOverviewHead } from './head.ts';
import { toOverviewCard } from './page.ts';
import { DEFAULT_QUERY } from './query.ts';

/** Parts of an open overview that have changed, as the page itself would have shown them. */
export interface OverviewUpdate {
  readonly title: string;
  /** The favicon's URL, from the overview. */
  readonly favicon: string;
  /** The section with the answer. */
  readonly answer: string;
  /** How many buckets there are in all. */
  readonly total: number;
  /** When the fleet was read, in milliseconds since the epoch; null where it was not. */
  readonly fleetReadAt: number | null;
  /** The buckets that have changed. */
  readonly cards: readonly { readonly id: string; readonly html: string }[];
}

/** What updates are made of. */
export interface OverviewUpdateParts {
  readonly sources: WebSources;
  readonly feed: Pick<LiveFeed, 'newestId'>;
  readonly render: RenderTemplate;
  /** The URL of the favicon of a tone, from the overview. */
  readonly faviconOf: (tone: Tone) => string;
}

/** Makes updates of the overview, each once for everybody who looks at it. */
export interface OverviewUpdates {
  /** The buckets that these credentials draw on. */
  forCredentials(credentials: ReadonlySet<string>): string;
  /** The buckets whose state has changed by itself since they were last told: what is old is not believed for ever. */
  forChangedStatuses(): string;
}

/** Nothing in an update depends on who reads it: neither the filter nor the token of its form. */
export function createOverviewUpdates(parts: OverviewUpdateParts): OverviewUpdates {
  const { sources, feed, render, faviconOf } = parts;
  const cardSources = {
    contain: sources.contain,
    courseOf: (name: string) => sources.courseOf(name),
    routeOf: (name: string) => sources.routeOf(name),
  };
  const told = new Map<string, string>();

  function toText(isTold: (bucket: BucketSnapshot) => boolean): string {
    const now = sources.clock.now();
    const snapshots = takeSnapshots(sources, now);
    const buckets = toBuckets(snapshots);
    const changed = buckets.filter(isTold);
    const trouble = findSharedProblem(snapshots);
    const fleet = sources.fleet();
    const elsewhere = namesBySource(bucketMembersOf(fleet));
    told.clear();
    for (const { key, status } of buckets) told.set(key, status);
    const { title, tone, ...head } = toOverviewHead(snapshots, DEFAULT_QUERY, now);
    const update: OverviewUpdate = {
      title,
      favicon: faviconOf(tone),
      answer: render('partials/answer', head),
      total: buckets.length,
      fleetReadAt: fleet?.readAt ?? null,
      cards: changed.map((bucket) => ({
        id: bucketIdOf(bucket),
        html: render('partials/bucket-card', {
          card: toOverviewCard(bucket, { ...cardSources, fleetNamesOf: elsewhere, now }, trouble),
          root: './',
        }),
      })),
    };
    return toEventText({ id: feed.newestId(), event: 'update', data: update });
  }

  return {
    forCredentials: (credentials) =>
      toText(({ members }) => members.some(({ snapshot }) => credentials.has(snapshot.name))),
    forChangedStatuses() {
      const hasTold = told.size > 0;
      return toText(({ key, status }) => hasTold && told.get(key) !== status);
    },
  };
}

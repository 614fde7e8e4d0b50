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

/** Changed parts of the overview, as HTML of the page. */
export interface OverviewUpdate {
  readonly title: string;
  /** URL of the favicon, relative to the overview. */
  readonly favicon: string;
  /** HTML of the section with the answer. */
  readonly answer: string;
  /** Number of all buckets. */
  readonly total: number;
  /** Time at which the fleet was read, in milliseconds since the epoch; null if it was not. */
  readonly fleetReadAt: number | null;
  /** The buckets that have changed. */
  readonly cards: readonly { readonly id: string; readonly html: string }[];
}

/** The dependencies of `createOverviewUpdates`. */
export interface OverviewUpdateParts {
  readonly sources: WebSources;
  readonly feed: Pick<LiveFeed, 'newestId'>;
  readonly render: RenderTemplate;
  /** Returns the URL of the favicon of a tone, relative to the overview. */
  readonly faviconOf: (tone: Tone) => string;
}

/** Creates updates of the overview, each once for all clients. */
export interface OverviewUpdates {
  /** Returns an update with the buckets of these credentials. */
  forCredentials(credentials: ReadonlySet<string>): string;
  /**
   * Returns an update with the buckets whose status has changed since the previous update, for example because an
   * answer became stale.
   */
  forChangedStatuses(): string;
}

/**
 * Creates the source of updates. An update does not depend on the client: it contains neither the filter nor the
 * token of a form.
 */
export function createOverviewUpdates(parts: OverviewUpdateParts): OverviewUpdates {
  const { sources, feed, render, faviconOf } = parts;
  const cardSources = {
    contain: sources.contain,
    courseOf: (name: string) => sources.courseOf(name),
    routeOf: (name: string) => sources.routeOf(name),
  };
  const sentStatuses = new Map<string, string>();

  function toText(isIncluded: (bucket: BucketSnapshot) => boolean): string {
    const now = sources.clock.now();
    const snapshots = takeSnapshots(sources, now);
    const buckets = toBuckets(snapshots);
    const changed = buckets.filter(isIncluded);
    const trouble = findSharedProblem(snapshots);
    const fleet = sources.fleet();
    const elsewhere = namesBySource(bucketMembersOf(fleet));
    sentStatuses.clear();
    for (const { key, status } of buckets) sentStatuses.set(key, status);
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
      const hasPrevious = sentStatuses.size > 0;
      return toText(({ key, status }) => hasPrevious && sentStatuses.get(key) !== status);
    },
  };
}

import { believeLimit, isBelievable } from '../../domain/believable.ts';
import type { CredentialIdentity } from '../../domain/credential-state.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { spentHours } from '../../domain/forecast/spending.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { Clock } from '../../kit/clock.ts';
import type { PastSpending, RecentSamples } from '../history.ts';
import { instanceLabelsOf, labelsKey } from './own-instance.ts';
import { type OwnSeriesSource, readOwnSeries } from './own-series.ts';
import type { QueriedSeries } from './query-result.ts';

/** The families that what a probe learned is read back from. */
const POINT_FAMILIES = [
  'dockerhub_ratelimit_limit',
  'dockerhub_ratelimit_remaining',
  'dockerhub_ratelimit_window_seconds',
  'dockerhub_ratelimit_enforced',
  'dockerhub_ratelimit_source_info',
  'dockerhub_last_success_timestamp_seconds',
] as const;

type PointFamily = (typeof POINT_FAMILIES)[number];

/** What one scrape stored of one credential. */
interface Scraped {
  /** When it was evaluated, in milliseconds since the epoch. */
  readonly at: number;
  readonly values: Partial<Record<PointFamily, number>>;
  source: string | undefined;
}

/**
 * Reads back what probes learned of one credential, in the order of time. The moment of a probe is stored with what it
 * learned, so that a value that was scraped often, or is kept on show while probes fail, counts once.
 */
export function toStoredPoints(series: readonly QueriedSeries[]): SeriesPoint[] {
  const points = new Map<number, SeriesPoint>();
  for (const scraped of groupByScrape(series)) {
    const point = toPoint(scraped);
    if (point) points.set(point.at, point);
  }
  return [...points.values()].sort((a, b) => a.at - b.at);
}

/** Two pairs of Prometheus scrape at different moments: their values are not mixed. */
function groupByScrape(series: readonly QueriedSeries[]): Scraped[] {
  const groups = new Map<string, Scraped>();
  for (const { labels, values } of series) {
    const family = labels.__name__ as PointFamily;
    const instance = labelsKey(instanceLabelsOf(labels));
    for (const { at, value } of values) {
      const key = `${at} ${instance}`;
      const scraped = groups.get(key) ?? { at, values: {}, source: undefined };
      groups.set(key, scraped);
      scraped.values[family] = value;
      if (family === 'dockerhub_ratelimit_source_info') scraped.source = labels.source;
    }
  }
  return [...groups.values()];
}

function toPoint({ at: scrapedAt, values, source }: Scraped): SeriesPoint | undefined {
  const successSeconds = values.dockerhub_last_success_timestamp_seconds;
  const at = successSeconds === undefined ? scrapedAt : Math.round(successSeconds * 1_000);
  if (!isBelievable('instantMs', at)) return undefined;
  if (values.dockerhub_ratelimit_enforced === 0) return { kind: 'unlimited', at, source };
  const rateLimit = believeLimit({
    limit: values.dockerhub_ratelimit_limit,
    remaining: values.dockerhub_ratelimit_remaining,
    windowSeconds: values.dockerhub_ratelimit_window_seconds,
  });
  return rateLimit && { kind: 'limited', at, ...rateLimit, source };
}

/** What the stored past is read with. */
interface StoredPastPorts extends OwnSeriesSource {
  /** Resolves as soon as the store can be asked for the own past. */
  readonly whenReadable: () => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;
/** How much before a week is looked at, in milliseconds: the longest window known, for pulls that return within it. */
const LEAD_IN_MS = 6 * HOUR_MS;
/** The distance of evaluations, in milliseconds: a minute. So a week with its run-up stays below Prometheus' 11,000 points. */
const STEP_MS = MINUTE_MS;

/**
 * What forecasts need of the past, read from the store. Answers come late where the store does: they wait until it can be
 * read, however long that takes, and reject only when it then fails.
 */
export function createStoredPast(ports: StoredPastPorts): RecentSamples & PastSpending {
  const begins = createStartTimes(ports.clock);

  async function read(identity: CredentialIdentity, from: number, to: number): Promise<SeriesPoint[]> {
    const begin = Math.max(from, begins(identity));
    const firstAt = Math.ceil(begin / STEP_MS) * STEP_MS;
    if (firstAt > to) return [];
    const range = {
      from: firstAt,
      to: firstAt + Math.floor((to - firstAt) / STEP_MS) * STEP_MS,
      stepMs: STEP_MS,
    };
    const series = await readOwnSeries(ports, { name: identity.name, families: POINT_FAMILIES, range });
    return toStoredPoints(series).filter(({ at }) => at >= begin);
  }

  return {
    // Once a day: each time it is weeks of minutes that have to be read.
    refreshEveryMs: 24 * HOUR_MS,
    async recentSamples(identity, from) {
      begins(identity);
      await ports.whenReadable();
      return read(identity, from, ports.clock.now());
    },
    async hourlySpending(identity, source, from) {
      begins(identity);
      await ports.whenReadable();
      const hours: SpentHour[] = [];
      const newest = Math.floor(ports.clock.now() / HOUR_MS) * HOUR_MS;
      for (let to = newest; to > from; to -= WEEK_MS) {
        const since = Math.max(from, to - WEEK_MS);
        const points = await read(identity, since - LEAD_IN_MS, to);
        // What the store keeps ends here.
        if (points.length === 0) break;
        hours.unshift(...spentHoursOf(points, source).filter(({ at }) => at >= since && at < to));
      }
      return hours;
    },
  };
}

/** An hour in which another source was reported too says nothing of any. */
function spentHoursOf(points: readonly SeriesPoint[], source: string | undefined): SpentHour[] {
  const isOther = (point: SeriesPoint) => point.kind !== 'missed' && point.source !== source;
  const mixed = new Set(points.filter(isOther).map(({ at }) => Math.floor(at / HOUR_MS)));
  const own = points.filter((point) => !isOther(point));
  return spentHours(own).filter(({ at }) => !mixed.has(at / HOUR_MS));
}

/**
 * Since when a credential is what it is now. The store knows names only: what a credential of this name was before a reload
 * made it another one is not its past.
 */
function createStartTimes(clock: Pick<Clock, 'now'>): (identity: CredentialIdentity) => number {
  const known = new Map<string, { readonly fingerprint: string; readonly since: number }>();
  return ({ name, fingerprint }) => {
    const before = known.get(name);
    if (before?.fingerprint === fingerprint) return before.since;
    const since = before ? clock.now() : Number.NEGATIVE_INFINITY;
    known.set(name, { fingerprint, since });
    return since;
  };
}

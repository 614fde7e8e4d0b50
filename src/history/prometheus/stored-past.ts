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

/** The metrics from which samples are read. */
const POINT_FAMILIES = [
  'dockerhub_ratelimit_limit',
  'dockerhub_ratelimit_remaining',
  'dockerhub_ratelimit_window_seconds',
  'dockerhub_ratelimit_enforced',
  'dockerhub_ratelimit_source_info',
  'dockerhub_last_success_timestamp_seconds',
] as const;

type PointFamily = (typeof POINT_FAMILIES)[number];

/** The values of one credential in one scrape. */
interface Scraped {
  /** The time of evaluation, in milliseconds since the epoch. */
  readonly at: number;
  readonly values: Partial<Record<PointFamily, number>>;
  source: string | undefined;
}

/**
 * Converts series of one credential to samples, in the order of time. The time of the last successful probe is a metric,
 * so that a value that was scraped several times gives one sample.
 */
export function toStoredPoints(series: readonly QueriedSeries[]): SeriesPoint[] {
  const points = new Map<number, SeriesPoint>();
  for (const scraped of groupByScrape(series)) {
    const point = toPoint(scraped);
    if (point) points.set(point.at, point);
  }
  return [...points.values()].sort((a, b) => a.at - b.at);
}

/** Groups values by time and instance: values of different Prometheus servers are not mixed. */
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

/** The dependencies of the stored past. */
interface StoredPastPorts extends OwnSeriesSource {
  /** Resolves once the own series can be read. */
  readonly whenReadable: () => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;
/** The time that is read before each week, in milliseconds: the longest known window, since pulls return within it. */
const LEAD_IN_MS = 6 * HOUR_MS;
/** The step in milliseconds: a minute, so that a week with its lead-in has less than Prometheus' limit of 11,000 points. */
const STEP_MS = MINUTE_MS;

/**
 * Creates a reader of samples and spending in Prometheus for forecasts. Its promises wait without a timeout until
 * Prometheus can be read, and reject if a query then fails.
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
    // Once a day, since each read covers weeks in steps of a minute.
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
        // There is no older data.
        if (points.length === 0) break;
        hours.unshift(...spentHoursOf(points, source).filter(({ at }) => at >= since && at < to));
      }
      return hours;
    },
  };
}

/** Returns the spending per hour; hours with another source are omitted. */
function spentHoursOf(points: readonly SeriesPoint[], source: string | undefined): SpentHour[] {
  const isOther = (point: SeriesPoint) => point.kind !== 'missed' && point.source !== source;
  const mixed = new Set(points.filter(isOther).map(({ at }) => Math.floor(at / HOUR_MS)));
  const own = points.filter((point) => !isOther(point));
  return spentHours(own).filter(({ at }) => !mixed.has(at / HOUR_MS));
}

/**
 * Returns a function that reports since when a credential has its fingerprint. Prometheus stores only names, so that data
 * from before a change of the credential must be omitted.
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

import { believeLimit, isBelievable } from '../../domain/believable.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { AnsweredSeries } from './answer.ts';
import { instanceLabelsOf, keyOfLabels } from './instance-labels.ts';

/** The families that what a probe learned is read back from. */
export const POINT_FAMILIES = [
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
export function toStoredPoints(series: readonly AnsweredSeries[]): SeriesPoint[] {
  const points = new Map<number, SeriesPoint>();
  for (const scraped of groupByScrape(series)) {
    const point = toPoint(scraped);
    if (point) points.set(point.at, point);
  }
  return [...points.values()].sort((a, b) => a.at - b.at);
}

/** Two pairs of Prometheus scrape at different moments: their values are not mixed. */
function groupByScrape(series: readonly AnsweredSeries[]): Scraped[] {
  const groups = new Map<string, Scraped>();
  for (const { labels, values } of series) {
    const family = labels.__name__ as PointFamily;
    const instance = keyOfLabels(instanceLabelsOf(labels));
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

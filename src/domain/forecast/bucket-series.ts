import { inTimeOrder, type SeriesPoint } from './series-point.ts';

/** The history of one credential. */
export interface CredentialSeries {
  /** The credential's name. */
  readonly credential: string;
  readonly points: readonly SeriesPoint[];
}

/** The history of one bucket: the points of every credential that drew on it, joined in time. */
export interface BucketSeries {
  /** The source these credentials report; undefined for a credential whose hub names none. */
  readonly source: string | undefined;
  /** The credentials that reported it, in alphabetical order. */
  readonly credentials: readonly string[];
  readonly points: readonly SeriesPoint[];
}

interface Attributed {
  readonly source: string | undefined;
  readonly point: SeriesPoint;
}

/**
 * Joins the histories of credentials into histories of buckets: credentials that report one source at one hub draw on
 * one bucket. The credentials must belong to one hub.
 *
 * A failed probe, or an answer without a source, belongs to the source that the credential reported last.
 */
export function joinBucketSeries(series: readonly CredentialSeries[]): BucketSeries[] {
  const buckets = new Map<
    string,
    { source: string | undefined; names: Set<string>; points: SeriesPoint[] }
  >();
  for (const { credential, points } of series) {
    for (const { source, point } of attribute(inTimeOrder(points))) {
      // A name cannot collide with a source: both carry their kind.
      const key = source === undefined ? `credential ${credential}` : `source ${source}`;
      const bucket = buckets.get(key) ?? { source, names: new Set<string>(), points: [] };
      buckets.set(key, bucket);
      bucket.names.add(credential);
      bucket.points.push(point);
    }
  }
  return [...buckets.values()].map(({ source, names, points }) => ({
    source,
    credentials: [...names].sort(),
    points: inTimeOrder(points),
  }));
}

function attribute(points: readonly SeriesPoint[]): Attributed[] {
  let current = points.map(sourceOf).find((source) => source !== undefined);
  return points.map((point) => {
    current = sourceOf(point) ?? current;
    return { source: current, point };
  });
}

function sourceOf(point: SeriesPoint): string | undefined {
  return point.kind === 'missed' ? undefined : point.source;
}

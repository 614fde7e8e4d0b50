import { inTimeOrder, type SeriesPoint } from './series-point.ts';

/** The history of one credential. */
interface CredentialSeries {
  /** The credential's name. */
  readonly credential: string;
  readonly points: readonly SeriesPoint[];
}

/** The history of one bucket: the points of all credentials that use it, in the order of time. */
interface BucketSeries {
  /** The source that these credentials report; undefined for a credential whose hub reports none. */
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
 * Joins the histories of credentials into histories of buckets: credentials with the same source use the same bucket. All
 * credentials must belong to one hub.
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

/** A credential that alternates between addresses, as behind a NAT pool: its answers come from different buckets. */
export interface AddressPool {
  /** Every source it reported, in the order of first occurrence. */
  readonly sources: readonly string[];
  /** The number of changes of the source. */
  readonly switches: number;
  /** The number of returns to an earlier source. 0 for a credential that moved once. */
  readonly revisits: number;
  /** The number of answers with a source. */
  readonly answers: number;
}

/** The number of returns to an earlier source from which on a credential counts as behind a pool. */
const REVISITS_OF_A_POOL = 2;

/**
 * Detects a credential behind an address pool, or a machine that alternates between IPv4 and IPv6.
 * @returns undefined when the source did not change, or changed for good
 */
export function findAddressPool(points: readonly SeriesPoint[]): AddressPool | undefined {
  const sources: string[] = [];
  const seen = new Set<string>();
  let current: string | undefined;
  let switches = 0;
  let revisits = 0;
  let answers = 0;
  for (const point of inTimeOrder(points)) {
    if (point.kind === 'missed' || point.source === undefined) continue;
    answers += 1;
    if (point.source === current) continue;
    if (current !== undefined) switches += 1;
    if (seen.has(point.source)) revisits += 1;
    else sources.push(point.source);
    seen.add(point.source);
    current = point.source;
  }
  return revisits >= REVISITS_OF_A_POOL ? { sources, switches, revisits, answers } : undefined;
}

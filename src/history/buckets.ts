import { type AddressPool, findAddressPool } from '../domain/forecast/bucket-series.ts';
import type { Forecast } from '../domain/forecast/forecast.ts';
import type { RecentUsage } from '../domain/forecast/recent-usage.ts';
import type { WeeklyProfile } from '../domain/forecast/weekly-profile.ts';
import { shiftMoments } from '../domain/shift-moments.ts';
import {
  type BucketPoint,
  type BucketSamples,
  createBucketSamples,
  SAMPLE_RETENTION_MS,
} from './bucket-samples.ts';

/** The state of one bucket. */
export interface Bucket {
  /** The source that its credentials report; undefined if the hub reports none. */
  readonly source: string | undefined;
  readonly samples: BucketSamples;
  /** The newest forecast; undefined before the first. */
  forecast: Forecast | undefined;
  /** Its newest course; undefined before the first forecast. */
  course: RecentUsage | undefined;
  /** Its weekly profile; undefined until there is enough data. */
  profile: WeeklyProfile | undefined;
  /** When the profile was last requested, in milliseconds since the epoch; -Infinity if never. */
  profileRequestedAt: number;
}

/** The buckets of credentials. Credentials that report the same source share a bucket. */
interface Buckets {
  /** Returns the bucket of a source, or of the credential if the hub reports no source; undefined if there is none. */
  find(credential: string, source: string | undefined): Bucket | undefined;
  /**
   * Returns the same bucket; creates it if there is none.
   * @param now milliseconds since the epoch
   */
  findOrCreate(credential: string, source: string | undefined, now: number): Bucket;
  /** Returns all buckets. */
  all(): Iterable<Bucket>;
  /** Removes all buckets except those of these credentials and their recent sources. */
  keepOnly(credentials: readonly { readonly name: string; readonly sources: readonly string[] }[]): void;
}

/** Creates an empty set of buckets. */
export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>();

  /** Removes buckets without recent samples: sources change with the machines. */
  function forgetOld(now: number): void {
    for (const [key, { samples }] of buckets) {
      if ((samples.newestAt() ?? now) < now - SAMPLE_RETENTION_MS) buckets.delete(key);
    }
  }

  return {
    find: (credential, source) => buckets.get(keyFor(credential, source)),
    findOrCreate(credential, source, now) {
      const key = keyFor(credential, source);
      const found = buckets.get(key);
      if (found) return found;
      forgetOld(now);
      const bucket: Bucket = {
        source,
        samples: createBucketSamples(source),
        forecast: undefined,
        course: undefined,
        profile: undefined,
        profileRequestedAt: Number.NEGATIVE_INFINITY,
      };
      buckets.set(key, bucket);
      return bucket;
    },
    all: () => buckets.values(),
    keepOnly(credentials) {
      const kept = new Set(
        credentials.flatMap(({ name, sources }) => [
          keyFor(name, undefined),
          ...sources.map((source) => keyFor(name, source)),
        ]),
      );
      for (const key of buckets.keys()) if (!kept.has(key)) buckets.delete(key);
    },
  };
}

/** Returns a key with the kind, so that a credential's name cannot collide with a source. */
function keyFor(credential: string, source: string | undefined): string {
  return source === undefined ? `credential ${credential}` : `source ${source}`;
}

/** The sources that one credential reported recently. */
export interface RecentSources {
  /** Adds a sample, which must be newer than all before. */
  add(point: BucketPoint): void;
  /** Shifts the times of all samples by `byMs` milliseconds. */
  shift(byMs: number): void;
  /** Returns the newest source; undefined if the hub reports none. */
  current(): string | undefined;
  /** Returns the distinct sources of the last 6 hours. */
  all(): readonly string[];
  /** Returns the sources between which it alternates; the same object until they change, undefined if it has one source. */
  pool(): AddressPool | undefined;
}

/** The retention of changes in milliseconds: 6 hours. */
const SOURCE_RETENTION_MS = 6 * 3_600_000;
/** The maximum number of stored changes. */
const MAX_CHANGES = 100;

/** Creates an empty list. */
export function createRecentSources(): RecentSources {
  /** The first sample after each change of the source. */
  let changes: readonly BucketPoint[] = [];
  let pool: AddressPool | undefined;

  return {
    add(point) {
      const newest = changes.at(-1);
      const isChange = point.source !== undefined && point.source !== newest?.source;
      const recent = changes.filter(
        (change) => change === newest || change.at > point.at - SOURCE_RETENTION_MS,
      );
      if (!isChange && recent.length === changes.length) return;
      changes = (isChange ? [...recent, point] : recent).slice(-MAX_CHANGES);
      pool = findAddressPool(changes);
    },
    shift(byMs) {
      changes = shiftMoments(changes, byMs);
    },
    current: () => changes.at(-1)?.source,
    all: () => [...new Set(changes.flatMap(({ source }) => source ?? []))],
    pool: () => pool,
  };
}

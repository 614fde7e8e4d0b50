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

/** What is known of one bucket. */
export interface Bucket {
  /** What its credentials report; undefined where the hub names none. */
  readonly source: string | undefined;
  readonly samples: BucketSamples;
  /** The newest forecast; undefined before the first. */
  forecast: Forecast | undefined;
  /** Its newest course; undefined before the first forecast. */
  course: RecentUsage | undefined;
  /** What its week usually looks like; undefined as long as that is not known. */
  profile: WeeklyProfile | undefined;
  /** When the profile was last asked for, in milliseconds since the epoch; -Infinity if it never was. */
  profileRequestedAt: number;
}

/** The buckets that credentials draw on. Credentials that report one source share one. */
interface Buckets {
  /** The bucket of a source; of the credential alone where the hub names no source. */
  find(credential: string, source: string | undefined): Bucket | undefined;
  /**
   * The same, begun where there is none.
   * @param now milliseconds since the epoch
   */
  findOrCreate(credential: string, source: string | undefined, now: number): Bucket;
  all(): Iterable<Bucket>;
  /** Forgets all buckets but those of these credentials and the sources they reported lately. */
  keepOnly(credentials: readonly { readonly name: string; readonly sources: readonly string[] }[]): void;
}

/** Holds no bucket yet. */
export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>();

  /** Machines come and go with their addresses. */
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

/** A name cannot collide with a source: both carry their kind. */
function keyFor(credential: string, source: string | undefined): string {
  return source === undefined ? `credential ${credential}` : `source ${source}`;
}

/** The sources that one credential reported lately. */
export interface RecentSources {
  /** Takes an answer, newer than all before. */
  add(point: BucketPoint): void;
  /** Moves all answers in time, by milliseconds. */
  shift(byMs: number): void;
  /** The newest source; undefined as long as the hub names none. */
  current(): string | undefined;
  /** Those of the last hours, each once. */
  all(): readonly string[];
  /** The sources it changes between; the same object until they change. */
  pool(): AddressPool | undefined;
}

/** How long a change is remembered, in milliseconds: 6 hours. A machine that stopped changing is no pool any more. */
const SOURCE_RETENTION_MS = 6 * 3_600_000;
/** How many changes are remembered at most. */
const MAX_CHANGES = 100;

/** An empty trail. */
export function createRecentSources(): RecentSources {
  /** The first answer from each source, each time that it was another than before. */
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

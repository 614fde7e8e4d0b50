import type { Outlook } from '../domain/credential-snapshot.ts';
import type { CredentialIdentity } from '../domain/credential-state.ts';
import { joinBucketSeries } from '../domain/forecast/bucket-series.ts';
import { forecast } from '../domain/forecast/forecast.ts';
import { type RecentUsage, recentUsage } from '../domain/forecast/recent-usage.ts';
import { pointOf } from '../domain/forecast/series-point.ts';
import type { Result } from '../domain/result.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import {
  type BackgroundWork,
  type BackgroundWorkPorts,
  createBackgroundWork,
  createQueryThrottle,
  type QueryThrottle,
} from './background-work.ts';
import { type BucketPoint, SAMPLE_RETENTION_MS } from './bucket-samples.ts';
import { type Bucket, createBuckets, createRecentSources, type RecentSources } from './buckets.ts';
import type { PastSpending, RecentSamples } from './history.ts';
import { createWeeklyProfileBuilder, type WeeklyProfileBuilder } from './weekly-profiles.ts';

/** The dependencies of the forecast service. */
export interface ForecastServicePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly after: BackgroundWorkPorts['after'];
  /** Samples and spending before the start; undefined without a persistent history. */
  readonly past?: (RecentSamples & PastSpending) | undefined;
}

/** Computes the forecast of every bucket in the background, one bucket at a time. Reading a forecast never waits. */
export interface ForecastService {
  /** Sets the configured credentials, like `History.apply()`. */
  apply(identities: readonly CredentialIdentity[]): void;
  /** Adds a result and schedules the forecast of its bucket. */
  record(result: Result): void;
  /** Shifts all samples by `byMs` milliseconds after the wall clock was set, and schedules all forecasts. */
  clockJumped(byMs: number): void;
  /** Returns the outlook of a credential; the same object until it changes, undefined before the first forecast. */
  outlookOf(name: string): Outlook | undefined;
  /** The newest course of a credential's bucket, as of its newest forecast. */
  courseOf(name: string): RecentUsage | undefined;
  /** Returns a number that grows with every change of an outlook. */
  version(): number;
  /** Stops computing forecasts. */
  stop(): void;
}

/** Creates a service without credentials. */
export function createForecastService(ports: ForecastServicePorts): ForecastService {
  return new QueuedForecastService(ports);
}

interface Tracked {
  readonly identity: CredentialIdentity;
  readonly sources: RecentSources;
  outlook: Outlook | undefined;
}

class QueuedForecastService implements ForecastService {
  readonly #ports: ForecastServicePorts;
  readonly #work: BackgroundWork;
  readonly #queries: QueryThrottle;
  readonly #buckets = createBuckets();
  #tracked = new Map<string, Tracked>();
  /** Credentials whose past has not been read yet. */
  readonly #toRestore = new Set<Tracked>();
  /** Buckets with new samples, in the order in which they were queued. */
  readonly #toForecast = new Set<Bucket>();
  /** Undefined without a persistent history. */
  readonly #profiles: WeeklyProfileBuilder | undefined;
  #builtProfileLast = false;
  #version = 0;

  constructor(ports: ForecastServicePorts) {
    this.#ports = ports;
    const { clock, after, past: recall } = ports;
    this.#profiles =
      recall && createWeeklyProfileBuilder({ past: recall, membersOf: (bucket) => this.#membersOf(bucket) });
    const monotonicMs = () => clock.monotonicMs();
    this.#work = createBackgroundWork({ monotonicMs, after, step: () => this.#step() });
    this.#queries = createQueryThrottle({ monotonicMs, after, onReady: () => this.#work.wake() });
  }

  apply(identities: readonly CredentialIdentity[]): void {
    const before = this.#tracked;
    this.#tracked = new Map(identities.map((identity) => [identity.name, this.#track(identity, before)]));
    for (const tracked of this.#toRestore) if (!this.#isCurrent(tracked)) this.#toRestore.delete(tracked);
    // A changed hub changes every fingerprint, so that all buckets of the old hub are removed.
    this.#buckets.keepOnly(
      [...this.#tracked.values()].map(({ identity, sources }) => ({
        name: identity.name,
        sources: sources.all(),
      })),
    );
    this.#version += 1;
    this.#work.wake();
  }

  record(result: Result): void {
    const tracked = this.#tracked.get(result.credential);
    if (!tracked) return;
    const point = pointOf(result);
    if (point.kind !== 'missed') {
      tracked.sources.add(point);
      this.#buckets
        .findOrCreate(result.credential, tracked.sources.current(), result.at)
        .samples.add([point]);
    }
    this.#enqueue(this.#bucketOf(tracked));
  }

  clockJumped(byMs: number): void {
    for (const { sources } of this.#tracked.values()) sources.shift(byMs);
    for (const bucket of this.#buckets.all()) {
      bucket.samples.shift(byMs);
      bucket.profileRequestedAt += byMs;
      bucket.forecast = undefined;
      bucket.course = undefined;
      this.#toForecast.add(bucket);
    }
    this.#version += 1;
    this.#work.wake();
  }

  outlookOf(name: string): Outlook | undefined {
    const tracked = this.#tracked.get(name);
    const newest = tracked && this.#bucketOf(tracked)?.forecast;
    if (!tracked || !newest) return undefined;
    const pool = tracked.sources.pool();
    if (tracked.outlook?.forecast !== newest || tracked.outlook.pool !== pool) {
      tracked.outlook = { forecast: newest, pool };
    }
    return tracked.outlook;
  }

  courseOf(name: string): RecentUsage | undefined {
    const tracked = this.#tracked.get(name);
    return tracked && this.#bucketOf(tracked)?.course;
  }

  version(): number {
    return this.#version;
  }

  stop(): void {
    this.#work.stop();
    this.#queries.stop();
  }

  #track(identity: CredentialIdentity, before: ReadonlyMap<string, Tracked>): Tracked {
    const old = before.get(identity.name);
    if (old?.identity.fingerprint === identity.fingerprint) return old;
    const tracked = { identity, sources: createRecentSources(), outlook: undefined };
    if (this.#ports.past) this.#toRestore.add(tracked);
    return tracked;
  }

  #isCurrent(tracked: Tracked): boolean {
    return this.#tracked.get(tracked.identity.name) === tracked;
  }

  #bucketOf({ identity, sources }: Tracked): Bucket | undefined {
    return this.#buckets.find(identity.name, sources.current());
  }

  #membersOf(bucket: Bucket): CredentialIdentity[] {
    return [...this.#tracked.values()]
      .filter((tracked) => this.#bucketOf(tracked) === bucket)
      .map(({ identity }) => identity);
  }

  #enqueue(bucket: Bucket | undefined): void {
    if (!bucket) return;
    this.#toForecast.add(bucket);
    this.#profiles?.request(bucket, this.#ports.clock.now());
    this.#work.wake();
  }

  /**
   * Performs one step; returns whether there is more to do. The past is read first, since a forecast without it would be
   * repeated at once; forecasts do not wait for a slow backend. Forecasts and weekly profiles alternate, so that neither
   * starves.
   */
  #step(): boolean {
    const [tracked] = this.#queries.isReady() ? this.#toRestore : [];
    const [bucket] = this.#toForecast;
    if (tracked) this.#restore(tracked);
    else if (bucket && (this.#builtProfileLast || !this.#canBuildProfile())) this.#forecastBucket(bucket);
    else if (this.#canBuildProfile()) this.#buildProfile();
    const isToRestore = this.#toRestore.size > 0 && this.#queries.isReady();
    return isToRestore || this.#toForecast.size > 0 || this.#canBuildProfile();
  }

  #canBuildProfile(): boolean {
    return this.#queries.isReady() && (this.#profiles?.hasWork() ?? false);
  }

  #buildProfile(): void {
    const { clock, log } = this.#ports;
    this.#builtProfileLast = true;
    this.#queries.run(
      () => this.#profiles?.step(clock.now()),
      (learned) => this.#enqueue(learned),
      (error) => log.warn('The weekly profile cannot be read; forecasts continue without it', { error }),
    );
  }

  #restore(tracked: Tracked): void {
    const { past: recall, clock, log } = this.#ports;
    const { identity } = tracked;
    this.#toRestore.delete(tracked);
    this.#queries.run(
      () => recall?.recentSamples(identity, clock.now() - SAMPLE_RETENTION_MS) ?? [],
      (points) => this.#addRestored(tracked, points.filter(hasValue)),
      (error) =>
        log.warn('Earlier results cannot be read; forecasts start without them', {
          credential: identity.name,
          error,
        }),
    );
  }

  #addRestored(tracked: Tracked, points: readonly BucketPoint[]): void {
    const { identity, sources } = tracked;
    // A reload may have changed the credential while its past was read.
    if (!this.#isCurrent(tracked)) return;
    const now = this.#ports.clock.now();
    for (const { source, points: own } of joinBucketSeries([{ credential: identity.name, points }])) {
      this.#buckets.findOrCreate(identity.name, source, now).samples.add(own.filter(hasValue));
    }
    const isEmpty = sources.current() === undefined;
    if (isEmpty) for (const point of points) sources.add(point);
    this.#enqueue(this.#bucketOf(tracked));
  }

  #forecastBucket(bucket: Bucket): void {
    const { clock, log } = this.#ports;
    this.#toForecast.delete(bucket);
    this.#builtProfileLast = false;
    try {
      const points = bucket.samples.points();
      bucket.course = recentUsage(points);
      bucket.forecast = forecast(points, bucket.profile, clock.now());
    } catch (error) {
      bucket.forecast = undefined;
      log.error('A forecast failed', { error });
    }
    this.#version += 1;
  }
}

function hasValue(point: { readonly kind: string }): point is BucketPoint {
  return point.kind !== 'missed';
}

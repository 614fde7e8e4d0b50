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

/** What forecasts are made with. */
export interface ForecastServicePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly after: BackgroundWorkPorts['after'];
  /** What was seen before the start; undefined where nothing outlasts the process. */
  readonly past?: (RecentSamples & PastSpending) | undefined;
}

/** Foresees every bucket. Reading costs nothing: forecasts are made between results, one bucket at a time. */
export interface ForecastService {
  /** Takes over the configured credentials, as `History.apply` does. */
  apply(identities: readonly CredentialIdentity[]): void;
  /** Takes a result; soon after, the forecast of its bucket follows. */
  record(result: Result): void;
  /** Moves what was seen in time, after the wall clock was set by `byMs` milliseconds; forecasts are made anew. */
  clockJumped(byMs: number): void;
  /** What is to be expected of a credential's bucket: the same object until that changes. */
  outlookOf(name: string): Outlook | undefined;
  /** The newest course of a credential's bucket, as of its newest forecast. */
  courseOf(name: string): RecentUsage | undefined;
  /** A number that grows whenever an outlook changes. */
  version(): number;
  /** Makes no more forecasts. */
  stop(): void;
}

/** Creates a service without credentials. */
export function createForecastService(ports: ForecastServicePorts): ForecastService {
  return new QueuedForecastService(ports);
}

interface Tracked {
  readonly identity: CredentialIdentity;
  readonly trail: RecentSources;
  outlook: Outlook | undefined;
}

class QueuedForecastService implements ForecastService {
  readonly #ports: ForecastServicePorts;
  readonly #work: BackgroundWork;
  readonly #questions: QueryThrottle;
  readonly #buckets = createBuckets();
  #tracked = new Map<string, Tracked>();
  /** Credentials whose past has not been asked for yet. */
  readonly #toRecall = new Set<Tracked>();
  /** Buckets with news, the one that has waited longest first. */
  readonly #toForesee = new Set<Bucket>();
  /** Undefined where there is no past to learn from. */
  readonly #weeks: WeeklyProfileBuilder | undefined;
  #wasLesson = false;
  #version = 0;

  constructor(ports: ForecastServicePorts) {
    this.#ports = ports;
    const { clock, after, past: recall } = ports;
    this.#weeks =
      recall && createWeeklyProfileBuilder({ past: recall, membersOf: (bucket) => this.#membersOf(bucket) });
    const monotonicMs = () => clock.monotonicMs();
    this.#work = createBackgroundWork({ monotonicMs, after, step: () => this.#step() });
    this.#questions = createQueryThrottle({ monotonicMs, after, onReady: () => this.#work.wake() });
  }

  apply(identities: readonly CredentialIdentity[]): void {
    const before = this.#tracked;
    this.#tracked = new Map(identities.map((identity) => [identity.name, this.#track(identity, before)]));
    for (const tracked of this.#toRecall) if (!this.#isCurrent(tracked)) this.#toRecall.delete(tracked);
    // A hub that has been changed gives every credential another fingerprint: nothing of the old one stays.
    this.#buckets.keepOnly(
      [...this.#tracked.values()].map(({ identity, trail }) => ({
        name: identity.name,
        sources: trail.all(),
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
      tracked.trail.add(point);
      this.#buckets.findOrCreate(result.credential, tracked.trail.current(), result.at).samples.add([point]);
    }
    this.#expect(this.#bucketOf(tracked));
  }

  clockJumped(byMs: number): void {
    for (const { trail } of this.#tracked.values()) trail.shift(byMs);
    for (const bucket of this.#buckets.all()) {
      bucket.samples.shift(byMs);
      bucket.profileRequestedAt += byMs;
      bucket.forecast = undefined;
      bucket.course = undefined;
      this.#toForesee.add(bucket);
    }
    this.#version += 1;
    this.#work.wake();
  }

  outlookOf(name: string): Outlook | undefined {
    const tracked = this.#tracked.get(name);
    const newest = tracked && this.#bucketOf(tracked)?.forecast;
    if (!tracked || !newest) return undefined;
    const pool = tracked.trail.pool();
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
    this.#questions.stop();
  }

  #track(identity: CredentialIdentity, before: ReadonlyMap<string, Tracked>): Tracked {
    const old = before.get(identity.name);
    if (old?.identity.fingerprint === identity.fingerprint) return old;
    const tracked = { identity, trail: createRecentSources(), outlook: undefined };
    if (this.#ports.past) this.#toRecall.add(tracked);
    return tracked;
  }

  #isCurrent(tracked: Tracked): boolean {
    return this.#tracked.get(tracked.identity.name) === tracked;
  }

  #bucketOf({ identity, trail }: Tracked): Bucket | undefined {
    return this.#buckets.find(identity.name, trail.current());
  }

  #membersOf(bucket: Bucket): CredentialIdentity[] {
    return [...this.#tracked.values()]
      .filter((tracked) => this.#bucketOf(tracked) === bucket)
      .map(({ identity }) => identity);
  }

  #expect(bucket: Bucket | undefined): void {
    if (!bucket) return;
    this.#toForesee.add(bucket);
    this.#weeks?.request(bucket, this.#ports.clock.now());
    this.#work.wake();
  }

  /**
   * The past first: a forecast without it would be made again at once. But nobody waits for a past that answers late.
   * Forecasts and weeks take turns, so that neither waits for ever where there are many buckets.
   */
  #step(): boolean {
    const [tracked] = this.#questions.isReady() ? this.#toRecall : [];
    const [bucket] = this.#toForesee;
    if (tracked) this.#recall(tracked);
    else if (bucket && (this.#wasLesson || !this.#mayLearn())) this.#foresee(bucket);
    else if (this.#mayLearn()) this.#learn();
    const isToRecall = this.#toRecall.size > 0 && this.#questions.isReady();
    return isToRecall || this.#toForesee.size > 0 || this.#mayLearn();
  }

  #mayLearn(): boolean {
    return this.#questions.isReady() && (this.#weeks?.hasWork() ?? false);
  }

  #learn(): void {
    const { clock, log } = this.#ports;
    this.#wasLesson = true;
    this.#questions.run(
      () => this.#weeks?.step(clock.now()),
      (learned) => this.#expect(learned),
      (error) =>
        log.warn('What a week is usually like cannot be read; forecasts go on without it', { error }),
    );
  }

  #recall(tracked: Tracked): void {
    const { past: recall, clock, log } = this.#ports;
    const { identity } = tracked;
    this.#toRecall.delete(tracked);
    this.#questions.run(
      () => recall?.recentSamples(identity, clock.now() - SAMPLE_RETENTION_MS) ?? [],
      (points) => this.#remember(tracked, points.filter(isTelling)),
      (error) =>
        log.warn('Earlier results cannot be read; forecasts begin anew', {
          credential: identity.name,
          error,
        }),
    );
  }

  #remember(tracked: Tracked, points: readonly BucketPoint[]): void {
    const { identity, trail } = tracked;
    // A reload may have made it another one while the past was asked.
    if (!this.#isCurrent(tracked)) return;
    const now = this.#ports.clock.now();
    for (const { source, points: own } of joinBucketSeries([{ credential: identity.name, points }])) {
      this.#buckets.findOrCreate(identity.name, source, now).samples.add(own.filter(isTelling));
    }
    const isSilent = trail.current() === undefined;
    if (isSilent) for (const point of points) trail.add(point);
    this.#expect(this.#bucketOf(tracked));
  }

  #foresee(bucket: Bucket): void {
    const { clock, log } = this.#ports;
    this.#toForesee.delete(bucket);
    this.#wasLesson = false;
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

function isTelling(point: { readonly kind: string }): point is BucketPoint {
  return point.kind !== 'missed';
}

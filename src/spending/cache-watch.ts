import type { CacheCounters, CacheSample, CacheStatus } from '../domain/spending/cache-leak.ts';
import type { CacheConfig } from '../domain/spending/spending-config.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import { readCacheCounters } from './cache-counters.ts';

/** The dependencies of a cache watch. */
export interface CacheWatchPorts {
  /**
   * Returns the metrics of a cache as text.
   * @throws Error if they cannot be read; its message says why
   */
  readonly readMetrics: (cache: CacheConfig) => Promise<string>;
  /**
   * Returns the pulls that the bucket of a credential lost in a range (milliseconds since the epoch); undefined if that is
   * unknown.
   */
  readonly lossOf: (credential: string, from: number, to: number) => Promise<number | undefined>;
  readonly clock: Pick<Clock, 'now'>;
  /** Schedules a callback repeatedly. Returns a function that stops it. */
  readonly every: (intervalMs: number, run: () => void) => () => void;
  readonly log: Log;
}

/** Reads the metrics of pull-through caches, and compares their misses with what their buckets lost. */
export interface CacheWatch {
  /** Watches these caches from now on. A cache with the same name and source keeps its samples. */
  apply(caches: readonly CacheConfig[]): void;
  /** Reads all caches now. Never rejects. */
  scrape(): Promise<void>;
  /** Returns the caches that have been read, in the order of the configuration. The same array until the next scrape. */
  status(): readonly CacheStatus[];
  stop(): void;
}

/** How often caches are read, in milliseconds. */
const SCRAPE_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The least range that is compared, in milliseconds (10 minutes). */
const MIN_RANGE_MS = 600_000;
/** The length of the cells in which a history states losses, in milliseconds. */
const CELL_MS = 300_000;

interface Watched {
  readonly config: CacheConfig;
  samples: readonly CacheSample[];
  latest: CacheCounters;
  problem: string | undefined;
  status: CacheStatus | undefined;
}

/** Creates a watch without caches. */
export function createCacheWatch(ports: CacheWatchPorts): CacheWatch {
  const { clock, log } = ports;
  let caches: readonly Watched[] = [];
  let status: readonly CacheStatus[] = [];
  let stopTicking: (() => void) | undefined;

  async function scrapeOne(cache: Watched): Promise<void> {
    const at = clock.now();
    try {
      const counters = readCacheCounters(await ports.readMetrics(cache.config));
      if (!counters) throw new Error('It has no metrics of a proxy of distribution, Harbor or spegel');
      addSample(cache, counters, at);
      cache.problem = undefined;
      const { name, credential } = cache.config;
      const { requests, misses } = cache.samples.at(-1) ?? counters;
      cache.status = { name, credential, requests, misses, balance: await balanceOf(cache, at) };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== cache.problem) {
        log.warn('The metrics of a cache cannot be read', { cache: cache.config.name, problem });
      }
      cache.problem = problem;
      cache.status = cache.status && { ...cache.status, balance: undefined };
    }
  }

  /** Compares the last hour, from the first sample in it to the last complete cell of the history. */
  async function balanceOf({ config, samples }: Watched, now: number): Promise<CacheStatus['balance']> {
    const to = Math.floor(now / CELL_MS) * CELL_MS;
    const oldestAt = samples[0]?.at ?? now;
    const from = Math.max(to - HOUR_MS, Math.ceil(oldestAt / CELL_MS) * CELL_MS);
    if (to - from < MIN_RANGE_MS) return undefined;
    const lost = await ports.lossOf(config.credential, from, to);
    if (lost === undefined) return undefined;
    // Up to a cell more on either side: a miss may be scraped after the poll that shows its pull.
    const missed = missesAt(samples, now) - missesAt(samples, from - SCRAPE_EVERY_MS);
    return { from, to, lost, missed };
  }

  return {
    apply(configs) {
      caches = configs.map((config) => {
        const before = caches.find(({ config: old }) => isSame(old, config));
        const fresh = {
          samples: [],
          latest: { requests: 0, misses: 0 },
          problem: undefined,
          status: undefined,
        };
        return { ...(before ?? fresh), config };
      });
      status = caches.flatMap((cache) => cache.status ?? []);
      stopTicking?.();
      stopTicking = configs.length === 0 ? undefined : ports.every(SCRAPE_EVERY_MS, () => void this.scrape());
      if (configs.length > 0) void this.scrape();
    },
    async scrape() {
      await Promise.all(caches.map(scrapeOne));
      status = caches.flatMap((cache) => cache.status ?? []);
    },
    status: () => status,
    stop() {
      stopTicking?.();
      stopTicking = undefined;
      caches = [];
    },
  };
}

/** Adds counters. If they have fallen, the cache was restarted, and has counted from 0 since. */
function addSample(cache: Watched, counters: CacheCounters, at: number): void {
  const { latest, samples } = cache;
  const last = samples.at(-1);
  const wasRestarted = counters.misses < latest.misses || counters.requests < latest.requests;
  const since = wasRestarted ? { requests: 0, misses: 0 } : latest;
  const sample = {
    at,
    requests: last ? last.requests + counters.requests - since.requests : counters.requests,
    misses: last ? last.misses + counters.misses - since.misses : counters.misses,
  };
  cache.latest = counters;
  cache.samples = [...samples.filter((one) => one.at >= at - HOUR_MS - 2 * CELL_MS), sample];
}

/** Returns the misses until an instant, by the last sample before it; by the first one if there is none. */
function missesAt(samples: readonly CacheSample[], at: number): number {
  return (samples.findLast((sample) => sample.at <= at) ?? samples[0])?.misses ?? 0;
}

function isSame(one: CacheConfig, other: CacheConfig): boolean {
  return (
    one.name === other.name &&
    one.credential === other.credential &&
    one.metricsUrl?.href === other.metricsUrl?.href &&
    JSON.stringify(one.matchers) === JSON.stringify(other.matchers)
  );
}

import type { CredentialIdentity } from '../../domain/credential-state.ts';
import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import { spentHours } from '../../domain/forecast/spent-hours.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { Clock } from '../../kit/clock.ts';
import type { PastSpending } from '../past-spending.ts';
import type { RecentSamples } from '../recent-samples.ts';
import { type OwnSeries, readOwnSeries } from './own-series.ts';
import { POINT_FAMILIES, toStoredPoints } from './stored-points.ts';

/** What the stored past is read with. */
export interface StoredPastPorts extends OwnSeries {
  /** Resolves as soon as the store can be asked for the own past. */
  readonly whenReadable: () => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;
/** How much before a week is looked at, in milliseconds: the longest window known, for pulls that return within it. */
const RUN_UP_MS = 6 * HOUR_MS;
/** The distance of evaluations, in milliseconds: a minute. So a week with its run-up stays below Prometheus' 11,000 points. */
const STEP_MS = MINUTE_MS;

/**
 * What forecasts need of the past, read from the store. Answers come late where the store does: they wait until it can be
 * read, however long that takes, and reject only when it then fails.
 */
export function createStoredPast(ports: StoredPastPorts): RecentSamples & PastSpending {
  const begins = createBeginnings(ports.clock);

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
    learnEveryMs: 24 * HOUR_MS,
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
        const points = await read(identity, since - RUN_UP_MS, to);
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
function createBeginnings(clock: Pick<Clock, 'now'>): (identity: CredentialIdentity) => number {
  const known = new Map<string, { readonly fingerprint: string; readonly since: number }>();
  return ({ name, fingerprint }) => {
    const before = known.get(name);
    if (before?.fingerprint === fingerprint) return before.since;
    const since = before ? clock.now() : Number.NEGATIVE_INFINITY;
    known.set(name, { fingerprint, since });
    return since;
  };
}

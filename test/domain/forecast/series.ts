import { type DemandHistory, demandHistory } from '../../../src/domain/forecast/demand-history.ts';
import { explainByFixedWindow } from '../../../src/domain/forecast/fixed-window.ts';
import type { Sample, SeriesPoint } from '../../../src/domain/forecast/series-point.ts';
import { newestStretch, type Stretch } from '../../../src/domain/forecast/stretch.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** A Monday, 00:00 UTC: every test's time zero. */
export const START = Date.UTC(2026, 9, 5);

/** A reading `minute` minutes after the start, of 100 pulls an hour by default. */
export function sampleAt(minute: number, remaining: number, changes: Partial<Sample> = {}): Sample {
  return {
    kind: 'limited',
    at: START + minute * MINUTE_MS,
    limit: 100,
    remaining,
    windowSeconds: 3_600,
    source: '192.0.2.1',
    ...changes,
  };
}

/** One reading a minute, from the start on. */
export function minutely(readings: readonly number[], changes: Partial<Sample> = {}): Sample[] {
  return readings.map((remaining, minute) => sampleAt(minute, remaining, changes));
}

/** The stretch that these readings are, as seen just after the last one. */
export function stretchFrom(points: readonly SeriesPoint[]): Stretch {
  const found = newestStretch(points, (points.at(-1)?.at ?? 0) + 1, 100 * HOUR_MS);
  if (found.kind !== 'stretch') throw new Error(`No stretch: ${found.kind}`);
  return found.stretch;
}

/** How a bucket meters, for `playedBucket`. */
export type Metering = 'sliding' | 'fixed-clock' | 'fixed-first-pull';

/**
 * What a bucket of 100 pulls an hour reads each minute, half a minute after the demand.
 * @param asked pulls requested in each minute
 */
export function playedBucket(metering: Metering, asked: readonly number[]): Sample[] {
  let counted: number[] = [];
  let openedAt: number | undefined;
  return asked.map((pulls, minute) => {
    const at = minute - 0.5;
    counted = counted.filter((madeAt) => !isBack(metering, madeAt, openedAt, at));
    if (counted.length === 0) openedAt = undefined;
    for (let i = 0; i < pulls && counted.length < 100; i += 1) {
      openedAt ??= at;
      counted.push(at);
    }
    const left = counted.filter((madeAt) => !isBack(metering, madeAt, openedAt, minute));
    return sampleAt(minute, 100 - left.length);
  });
}

function isBack(metering: Metering, madeAt: number, openedAt: number | undefined, minute: number): boolean {
  switch (metering) {
    case 'sliding':
      return madeAt + 60 <= minute;
    case 'fixed-clock':
      return Math.floor(madeAt / 60) < Math.floor(minute / 60);
    case 'fixed-first-pull':
      return openedAt !== undefined && openedAt + 60 <= minute;
  }
}

/** `count` values, each made from its index. */
export function series<Value>(count: number, make: (i: number) => Value): Value[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** The demand of a bucket that is never used up, from the start on, by the pulls requested in each minute. */
export function historyOf(asked: readonly number[]): DemandHistory {
  let left = 1_000_000;
  const points = [0, ...asked].map((pulls, minute) => {
    left -= pulls;
    return sampleAt(minute, left, { limit: 1_000_000, windowSeconds: 1_000 * 3_600 });
  });
  const stretch = stretchFrom(points);
  return demandHistory(stretch, explainByFixedWindow('fixed-clock', stretch));
}

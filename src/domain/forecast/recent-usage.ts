import type { Sample, SeriesPoint } from './series-point.ts';
import { explainSpending, spendingBetween } from './spending.ts';

/** The recent samples of a bucket, for a small chart and a sentence. */
export interface RecentUsage {
  /** One window before `to`, in milliseconds since the epoch. */
  readonly from: number;
  /** Time of the newest sample, in milliseconds since the epoch. */
  readonly to: number;
  /** Pulls allowed in a window, in the newest sample. */
  readonly limit: number;
  /** Remaining pulls in the order of time, at most one point for each sixtieth of the window. */
  readonly points: readonly UsagePoint[];
  /** Pulls spent in the hour before `to`; undefined when less than half of it was observed. */
  readonly spentLastHour: number | undefined;
}

/** The remaining pulls at one moment. */
export interface UsagePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly remaining: number;
  /** Whether a gap precedes it, so that no line leads to it. */
  readonly isAfterGap: boolean;
}

const HOUR_MS = 3_600_000;
/** The window that is assumed when the hub states none, in seconds: an hour. */
const USUAL_WINDOW_SECONDS = 3_600;
/** The number of points in a small chart. */
const PARTS = 60;

/**
 * Returns the samples of a bucket in its newest window, and the spending of the newest hour.
 * @param points its history, in the order of time
 * @returns undefined when the newest answer has no limit
 */
export function recentUsage(points: readonly SeriesPoint[]): RecentUsage | undefined {
  const newest = points.findLast(({ kind }) => kind !== 'missed');
  if (newest?.kind !== 'limited') return undefined;
  const to = newest.at;
  const windowMs = (newest.windowSeconds ?? USUAL_WINDOW_SECONDS) * 1_000;
  // Pulls that return in the newest hour were spent a window before it.
  const steps = explainSpending(points.filter(({ at }) => at >= to - windowMs - HOUR_MS));
  const { spent, observedMs } = spendingBetween(steps, to - HOUR_MS, to);
  const gapsUntil = new Set(steps.filter(({ isGap }) => isGap).map((step) => step.to));
  const samples = points.filter(
    (point): point is Sample => point.kind === 'limited' && point.at >= to - windowMs,
  );
  return {
    from: to - windowMs,
    to,
    limit: newest.limit,
    points: thinOut(samples, windowMs / PARTS, gapsUntil),
    spentLastHour: observedMs >= HOUR_MS / 2 ? spent : undefined,
  };
}

/** Keeps the newest of each part; a gap before any of a part stays one. */
function thinOut(samples: readonly Sample[], partMs: number, gapsUntil: ReadonlySet<number>): UsagePoint[] {
  const kept: UsagePoint[] = [];
  let part: number | undefined;
  for (const { at, remaining } of samples) {
    const isAfterGap = gapsUntil.has(at);
    const own = Math.floor(at / partMs);
    const before = own === part && !isAfterGap ? kept.pop() : undefined;
    kept.push({ at, remaining, isAfterGap: before?.isAfterGap ?? isAfterGap });
    part = own;
  }
  return kept;
}

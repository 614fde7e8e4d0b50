import type { SeriesPoint } from './series-point.ts';
import { type Stretch, stretchesOf } from './stretch.ts';
import type { SpentHour } from './weekly-profile.ts';
import { bestState, weighWindows } from './window-evidence.ts';
import type { Span } from './window-state.ts';

/** The spending of a bucket between two samples. */
export interface SpendingStep extends Span {
  /** Pulls spent by every kind of window. */
  readonly spentAtLeast: number;
  /** Pulls spent by the most probable kind of window. */
  readonly spent: number;
  /** Pulls that returned. */
  readonly returned: number;
  /** Whether they returned because a fixed window ended. */
  readonly reset: boolean;
  /** Pulls that returned for an unknown reason. */
  readonly unexplained: number;
  /** Whether the time without samples is so long that more may have been spent. */
  readonly isGap: boolean;
}

/** A time without samples. */
interface Gap extends Span {
  /** Pulls certainly spent within, by the samples at both ends. */
  readonly spentAtLeast: number;
}

/** Pulls spent in a range of time. */
interface Spending {
  readonly spentAtLeast: number;
  readonly spent: number;
  /** Milliseconds of the range that were observed. */
  readonly observedMs: number;
  readonly gaps: readonly Gap[];
}

/**
 * Explains a bucket's history step by step, as spending, returns and resets. False "full" readings are skipped. No step spans
 * a change of limit or window.
 */
export function explainSpending(points: readonly SeriesPoint[]): SpendingStep[] {
  return stretchesOf(points).flatMap(explainStretch);
}

function explainStretch(stretch: Stretch): SpendingStep[] {
  const tracks = weighWindows(stretch);
  const best = bestState(tracks);
  if (!best) return [];
  return best.steps.map((step, i) => ({
    from: step.from,
    to: step.to,
    spentAtLeast: Math.min(...tracks.map(({ track }) => track.steps[i]?.spent ?? 0)),
    spent: step.spent,
    returned: step.returned,
    reset: step.reset,
    unexplained: step.unexplained,
    isGap: step.to - step.from > stretch.gapMs,
  }));
}

/**
 * Sums the spending after `from` and until `to` (milliseconds since the epoch). A step counts in the range in which it ends,
 * so that adjacent ranges add up. Time without a step is reported as a gap, never interpolated.
 */
export function spendingBetween(steps: readonly SpendingStep[], from: number, to: number): Spending {
  let spentAtLeast = 0;
  let spent = 0;
  let observedMs = 0;
  let coveredTo = from;
  const gaps: Gap[] = [];
  for (const step of steps) {
    if (step.to <= from) continue;
    if (step.from >= to) break;
    if (step.from > coveredTo) gaps.push({ from: coveredTo, to: step.from, spentAtLeast: 0 });
    const endsWithin = step.to <= to;
    const span = { from: Math.max(from, step.from), to: Math.min(to, step.to) };
    if (endsWithin) {
      spentAtLeast += step.spentAtLeast;
      spent += step.spent;
    }
    if (step.isGap) gaps.push({ ...span, spentAtLeast: endsWithin ? step.spentAtLeast : 0 });
    else observedMs += span.to - span.from;
    coveredTo = span.to;
  }
  if (coveredTo < to) gaps.push({ from: coveredTo, to, spentAtLeast: 0 });
  return { spentAtLeast, spent, observedMs, gaps };
}

const HOUR_MS = 3_600_000;

/** Returns the spending of each hour of a history, for a weekly profile. Hours without observation are omitted. */
export function spentHours(points: readonly SeriesPoint[]): SpentHour[] {
  const steps = explainSpending(points);
  const from = Math.floor((steps[0]?.from ?? 0) / HOUR_MS) * HOUR_MS;
  const to = steps.at(-1)?.to ?? 0;
  const hours: SpentHour[] = [];
  let first = 0;
  for (let at = from; at < to; at += HOUR_MS) {
    while ((steps[first]?.to ?? Number.POSITIVE_INFINITY) <= at) first += 1;
    let end = first;
    while ((steps[end]?.from ?? Number.POSITIVE_INFINITY) < at + HOUR_MS) end += 1;
    const { spent, observedMs } = spendingBetween(steps.slice(first, end), at, at + HOUR_MS);
    if (observedMs > 0) hours.push({ at, spent, observedSeconds: observedMs / 1_000 });
  }
  return hours;
}

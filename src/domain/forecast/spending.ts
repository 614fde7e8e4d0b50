import type { SeriesPoint } from './series-point.ts';
import { type Stretch, stretchesOf } from './stretch.ts';
import type { SpentHour } from './weekly-profile.ts';
import { bestState, weighWindows } from './window-evidence.ts';
import type { Span } from './window-state.ts';

/** What happened in a bucket between two samples. */
export interface SpendingStep extends Span {
  /** Pulls that were certainly spent, whatever kind of window the hub has. */
  readonly spentAtLeast: number;
  /** Pulls that were spent, by the kind of window that explains the history best. */
  readonly spent: number;
  /** Pulls that came back. */
  readonly returned: number;
  /** Whether they came back because a fixed window ended. */
  readonly reset: boolean;
  /** Pulls that came back without any reason known: another machine behind the source, or the hub's own doing. */
  readonly unexplained: number;
  /** Whether nobody looked for so long that more may have been spent than is known. */
  readonly isGap: boolean;
}

/** A time in which nobody looked. */
interface Gap extends Span {
  /** Pulls known to have been spent within, from the samples on both sides; how many more is not known. */
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
 * Explains a bucket's history step by step: spending, returns and resets told apart, false "full" readings passed over.
 * Steps end where a limit or window changes, and do not bridge it.
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
 * Adds up what was spent after `from` and until `to` (milliseconds since the epoch). A step counts where it ends, so
 * that neighbouring ranges add up. What no step covers is a gap; a gap is marked, never filled in.
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

/** What was spent in each hour of a history, for a weekly profile. Hours in which nobody looked are not there. */
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

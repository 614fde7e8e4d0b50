import type { SeriesPoint } from './series-point.ts';
import { explainSpending, spendingBetween } from './spending.ts';
import type { SpentHour } from './weekly-profile.ts';

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

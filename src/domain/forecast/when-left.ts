import type { Forecast } from './forecast.ts';
import type { ExpectedReturns, TimeRange } from './refill.ts';

/**
 * When at least so many pulls are left, if nothing else is pulled: from the earliest that any hypothesis has to the latest.
 * @returns null when nothing can be said, or nothing has to come back for it
 */
export function whenLeft(forecast: Forecast, pulls: number): TimeRange | null {
  if (forecast.kind === 'unlimited' || forecast.kind === 'unknown') return null;
  const { remaining, limit, returns } = forecast;
  if (pulls <= remaining || pulls > limit) return null;
  const ranges = returns.flatMap((expected) => whenReturned(expected, pulls - remaining) ?? []);
  // What was spent before anybody looked comes back too, and is in no list: then the whole refill is all that is known.
  if (ranges.length < returns.length || ranges.length === 0) return forecast.refill;
  return {
    earliest: Math.min(...ranges.map(({ earliest }) => earliest)),
    latest: Math.max(...ranges.map(({ latest }) => latest)),
  };
}

function whenReturned({ returns }: ExpectedReturns, missing: number): TimeRange | undefined {
  let back = 0;
  return returns.find(({ pulls }) => {
    back += pulls;
    return back >= missing;
  });
}

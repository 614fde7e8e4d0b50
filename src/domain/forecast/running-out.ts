import type { Forecast } from './forecast.ts';

/** How near the likely end must be for a warning, in milliseconds: 15 minutes. The rule RateLimitRunningOut uses it. */
export const RUNNING_OUT_WITHIN_MS = 15 * 60_000;

/**
 * Whether a bucket is likely to run dry soon, before it refills. An exhausted one has done so already.
 * @param withinMs how soon, in milliseconds; default 15 minutes
 */
export function isRunningOut(forecast: Forecast, now: number, withinMs = RUNNING_OUT_WITHIN_MS): boolean {
  if (forecast.kind !== 'forecast' || !forecast.exhaustion) return false;
  const { likely } = forecast.exhaustion;
  const refillsFirst = forecast.refill !== null && forecast.refill.latest < likely;
  return likely - now <= withinMs && !refillsFirst;
}

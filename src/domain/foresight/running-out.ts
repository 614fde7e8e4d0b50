import type { Forecast } from './forecast.ts';

/** How near the likely end must be for a warning, in milliseconds: 15 minutes. The rule RateLimitRunningOut uses it. */
export const RUNNING_OUT_WITHIN_MS = 15 * 60_000;

/** Whether a bucket is likely to run dry within 15 minutes, before it refills. An exhausted one has done so already. */
export function isRunningOut(forecast: Forecast, now: number): boolean {
  if (forecast.kind !== 'forecast' || !forecast.exhaustion) return false;
  const { likely } = forecast.exhaustion;
  const refillsFirst = forecast.refill !== null && forecast.refill.latest < likely;
  return likely - now <= RUNNING_OUT_WITHIN_MS && !refillsFirst;
}

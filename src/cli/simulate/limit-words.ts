import { formatDuration } from '../../kit/duration.ts';
import type { Limits } from '../../simulator/limits.ts';

/** The limits of a hub in one line. */
export function describeLimits({ anonymous, personal, windowSeconds, window, counting }: Limits): string {
  const length = formatDuration(windowSeconds * 1_000);
  return `${anonymous} pulls for an address, ${personal} for a personal account, in ${length} (${window}), counted ${counting}`;
}

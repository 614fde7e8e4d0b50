import type { Alert } from '../alert.ts';

/** What a window is taken for that the hub does not name, in milliseconds: 6 hours, the longest known. */
export const LONGEST_WINDOW_MS = 6 * 3_600_000;

/**
 * Whether an alert ends whose subject nobody sees any more. Behind an address pool a bucket comes back; after a whole
 * window it has refilled, whoever draws on it now.
 * @param configured names of the credentials there are
 * @param now milliseconds since the epoch
 */
export function hasLeft(alert: Alert, configured: ReadonlySet<string>, now: number): boolean {
  if (!alert.credentials.some((name) => configured.has(name))) return true;
  if (alert.subject.kind !== 'bucket') return true;
  const { windowSeconds, at } = alert.facts;
  return now - at >= (windowSeconds === undefined ? LONGEST_WINDOW_MS : windowSeconds * 1_000);
}

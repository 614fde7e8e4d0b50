/** Go's zero time, by which Alertmanager says that an end is not known. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/**
 * Writes a moment (milliseconds since the epoch) as RFC 3339, in UTC. A moment that is none is `ZERO_TIME`: one broken
 * alert must not keep the others of a message from being sent.
 */
export function rfc3339(at: number): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? date.toISOString() : ZERO_TIME;
}

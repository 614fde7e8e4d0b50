/** Go's zero time, by which Alertmanager says that an end is not known. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** A moment as RFC 3339 writes it, in UTC. */
export function rfc3339(at: number): string {
  return new Date(at).toISOString();
}

/** State of the request limit of one address, as the token service reports it. */
export interface RequestCount {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the count is reset, 1 to 60. */
  readonly resetSeconds: number;
}

/** Counts the requests of each address in each minute. */
export interface RequestLimit {
  /**
   * Counts a request and returns the state after it.
   * @param now milliseconds since the epoch
   */
  count(address: string, now: number): RequestCount;
}

/** Token requests per minute that auth.docker.io allows according to its headers (2026). */
export const TOKEN_REQUESTS_PER_MINUTE = 3_000;
const MINUTE_MS = 60_000;

/**
 * Creates a limit without counted requests. The count is reset at each full minute: a capture has `x-ratelimit-reset: 49`
 * at second 11.
 * @param limit requests per minute, 3,000 by default
 */
export function createRequestLimit(limit: number = TOKEN_REQUESTS_PER_MINUTE): RequestLimit {
  let minute = Number.NaN;
  let counts = new Map<string, number>();
  return {
    count(address, now) {
      const current = Math.floor(now / MINUTE_MS);
      if (current !== minute) {
        minute = current;
        counts = new Map();
      }
      const used = (counts.get(address) ?? 0) + 1;
      counts.set(address, used);
      return {
        isAllowed: used <= limit,
        limit,
        remaining: Math.max(0, limit - used),
        resetSeconds: 60 - Math.floor((now % MINUTE_MS) / 1_000),
      };
    },
  };
}

/** What the authentication host says of its own limit. */
export interface RequestCount {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the count starts again. */
  readonly resetSeconds: number;
}

/** Counts requests of each address within a minute of the clock. */
export interface RequestLimit {
  count(address: string, now: number): RequestCount;
}

/** Token requests a minute that auth.docker.io allows, by its own headers (2026). */
export const TOKEN_REQUESTS_PER_MINUTE = 3_000;
const MINUTE_MS = 60_000;

/** Starts with nobody counted. Whole minutes of the clock, as the captured `x-ratelimit-reset: 49` at second 11 says. */
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

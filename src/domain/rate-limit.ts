/**
 * The grammar of Docker Hub's rate-limit headers, as captured between 2020 and 2026:
 *
 *     header  = item *( "," item )          the first item is the value, policies may follow
 *     item    = [ number ] *( ";" parameter )
 *     number  = [ "-" ] 1*DIGIT
 *     parameter = "w=" 1*DIGIT / other      w: the window in seconds
 *
 * `100;w=21600` is usual; `;w=21600` (no number, March 2021) and `100` (no window) occur; a shared parser must also
 * survive `3000, 3000;w=60`, which is the authentication host's own limit. White space around every part is allowed.
 */
export interface RateLimitValue {
  /** Pulls. */
  readonly pulls: number;
  /** Seconds, undefined when the header names no window. */
  readonly windowSeconds: number | undefined;
}

/** Looks a header up by its lower-case name; undefined when the answer does not carry it. */
export type HeaderLookup = (name: string) => string | undefined;

/** The rate limit an answer states. */
export interface RateLimit {
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left, as the header says: 0 and negative are exhausted. */
  readonly remaining: number;
  /** The window's length in seconds, undefined when the hub does not say. */
  readonly windowSeconds: number | undefined;
}

/** What the headers of an answer say: nothing, something unreadable, or a limit. */
export type RateLimitHeaders =
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly detail: string }
  | { readonly kind: 'present'; readonly rateLimit: RateLimit };

const NUMBER = /^-?\d+$/;
const WINDOW = /^w=(\d+)$/i;
/** How much of a bad header an error repeats, in characters. */
const QUOTE_LENGTH = 64;

/**
 * Reads one header value.
 * @throws SyntaxError for an empty number, garbage, or a number too large to be exact
 */
export function parseRateLimit(header: string): RateLimitValue {
  const items = header.split(',').map((item) => item.split(';').map((part) => part.trim()));
  const number = items[0]?.[0] ?? '';
  if (number === '') throw new SyntaxError(`Rate limit has no number: ${quote(header)}`);
  const pulls = Number(number);
  if (!NUMBER.test(number) || !Number.isSafeInteger(pulls)) {
    throw new SyntaxError(`Rate limit is not a whole number: ${quote(header)}`);
  }
  const parameters = items.flatMap((parts) => parts.slice(1));
  const window = parameters
    .map((parameter) => WINDOW.exec(parameter)?.[1])
    .find((seconds) => seconds !== undefined);
  const windowSeconds = Number(window);
  return {
    pulls,
    windowSeconds: Number.isSafeInteger(windowSeconds) && windowSeconds > 0 ? windowSeconds : undefined,
  };
}

/**
 * Reads the limit out of an answer's headers. `ratelimit-*` is preferred over `x-ratelimit-*`; captures of 2026 carry
 * both, a 429 of August 2026 only the latter.
 */
export function readRateLimitHeaders(header: HeaderLookup): RateLimitHeaders {
  const limit = header('ratelimit-limit') ?? header('x-ratelimit-limit');
  const remaining = header('ratelimit-remaining') ?? header('x-ratelimit-remaining');
  if (limit === undefined && remaining === undefined) return { kind: 'absent' };
  if (limit === undefined)
    return { kind: 'invalid', detail: 'ratelimit-remaining came without ratelimit-limit' };
  if (remaining === undefined)
    return { kind: 'invalid', detail: 'ratelimit-limit came without ratelimit-remaining' };
  try {
    const total = parseRateLimit(limit);
    const left = parseRateLimit(remaining);
    if (total.pulls < 0) return { kind: 'invalid', detail: `ratelimit-limit is negative: ${quote(limit)}` };
    const windowSeconds = total.windowSeconds ?? left.windowSeconds;
    return { kind: 'present', rateLimit: { limit: total.pulls, remaining: left.pulls, windowSeconds } };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'invalid', detail: error.message };
    throw error;
  }
}

function quote(header: string): string {
  return JSON.stringify(header.length > QUOTE_LENGTH ? `${header.slice(0, QUOTE_LENGTH)}…` : header);
}

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
  // Adding 0 turns -0 into 0.
  const pulls = Number(number) + 0;
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

/** Both spellings that the hub uses, the preferred one first. */
const SPELLINGS = ['ratelimit', 'x-ratelimit'] as const;

/**
 * Reads the limit out of an answer's headers. `ratelimit-*` is preferred over `x-ratelimit-*`; captures of 2026 carry
 * both, a 429 of August 2026 only the latter. The two are never mixed: what stands between here and the hub may have
 * a limit of its own, in one of the spellings.
 */
export function readRateLimitHeaders(header: HeaderLookup): RateLimitHeaders {
  const spellings = SPELLINGS.map((spelling) => ({
    spelling,
    limit: header(`${spelling}-limit`),
    remaining: header(`${spelling}-remaining`),
  }));
  for (const { spelling, limit, remaining } of spellings) {
    if (limit !== undefined && remaining !== undefined) return readPair(spelling, limit, remaining);
  }
  const half = spellings.find(({ limit, remaining }) => limit !== undefined || remaining !== undefined);
  if (!half) return { kind: 'absent' };
  const [there, missing] = half.limit === undefined ? ['remaining', 'limit'] : ['limit', 'remaining'];
  return {
    kind: 'invalid',
    detail: `${half.spelling}-${there} came without ${half.spelling}-${missing}`,
  };
}

function readPair(spelling: string, limit: string, remaining: string): RateLimitHeaders {
  try {
    const total = parseRateLimit(limit);
    const left = parseRateLimit(remaining);
    if (total.pulls < 0) {
      return { kind: 'invalid', detail: `${spelling}-limit is negative: ${quote(limit)}` };
    }
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

import { isBelievable, rangeWords } from './believable.ts';

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
  /** Seconds, undefined when the header names no window, or one that is not believed. */
  readonly windowSeconds: number | undefined;
  /** What is wrong with the stated window, in a sentence; absent when nothing is. */
  readonly windowDoubt?: string;
}

/** Looks a header up by its lower-case name; undefined when the answer does not carry it. */
export type HeaderLookup = (name: string) => string | undefined;

/** The rate limit an answer states. */
export interface RateLimit {
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left, as the header says: 0 and negative are exhausted. */
  readonly remaining: number;
  /** The window's length in seconds, undefined when the hub does not say, or states an impossible one. */
  readonly windowSeconds: number | undefined;
  /** Why the stated window is not believed, in a sentence; absent when there is nothing to say. */
  readonly windowDoubt?: string;
}

/** What the headers of an answer say: nothing, something unreadable, or a limit. */
export type RateLimitHeaders =
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly detail: string }
  | { readonly kind: 'present'; readonly rateLimit: RateLimit };

const NUMBER = /^-?\d+$/;
const DIGITS = /^\d+$/;
const WINDOW = /^w=(.+)$/i;
/** How much of a bad header an error repeats, in characters. */
const QUOTE_LENGTH = 64;

/**
 * Reads one header value. A window that is no whole number from 1 second to 31 days counts as not stated.
 * @throws SyntaxError for an empty number, garbage, or a number outside the believable range
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
  if (!isBelievable('remaining', pulls)) {
    throw new SyntaxError(`Rate limit is out of range (${rangeWords('remaining')}): ${quote(header)}`);
  }
  const stated = items
    .flatMap((parts) => parts.slice(1))
    .map((parameter) => WINDOW.exec(parameter)?.[1])
    .find((seconds) => seconds !== undefined);
  const windowSeconds = DIGITS.test(stated ?? '') ? Number(stated) : undefined;
  if (stated === undefined || isBelievable('windowSeconds', windowSeconds)) return { pulls, windowSeconds };
  return {
    pulls,
    windowSeconds: undefined,
    windowDoubt: `The stated window is not ${rangeWords('windowSeconds')}: ${quote(header)}`,
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
    const windowDoubt = total.windowDoubt ?? left.windowDoubt;
    const rateLimit = { limit: total.pulls, remaining: left.pulls, windowSeconds };
    return {
      kind: 'present',
      rateLimit: windowDoubt === undefined ? rateLimit : { ...rateLimit, windowDoubt },
    };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'invalid', detail: error.message };
    throw error;
  }
}

function quote(header: string): string {
  return JSON.stringify(header.length > QUOTE_LENGTH ? `${header.slice(0, QUOTE_LENGTH)}…` : header);
}

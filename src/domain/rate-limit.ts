import { cutText } from '../kit/foreign-text.ts';
import { isBelievable, rangeWords } from './believable.ts';

/**
 * `docker-ratelimit-source`: whose bucket a request draws on.
 *
 * Anonymous: an IPv4 address, or an IPv6 prefix such as `2001:41d0:801:2000::` (/64 since November 2024, some
 * providers /128). Signed in: the account's UUID (captures of 2021 to 2025) or its name (captures of 2026).
 */
export interface Source {
  /** The header as sent, at most 255 characters. */
  readonly value: string;
  readonly kind: SourceKind;
}

/** The classes of a source; the values of the metric label `kind`. */
export type SourceKind = 'ipv4' | 'ipv6' | 'account';

/** The longest source that is kept: a label of unbounded length would be the hub's to choose. */
const MAX_LENGTH = 255;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/**
 * Classifies a source header: address first, then account. A Docker ID is lower-case letters and digits, so that
 * a name never looks like an address.
 * @returns undefined for an empty or absent header
 */
export function parseSource(header: string | undefined): Source | undefined {
  const value = header?.trim().slice(0, MAX_LENGTH);
  if (!value) return undefined;
  if (IPV4.test(value)) return { value, kind: 'ipv4' };
  if (IPV6.test(value)) return { value, kind: 'ipv6' };
  return { value, kind: 'account' };
}

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
interface RateLimitValue {
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
  return JSON.stringify(cutText(header, QUOTE_LENGTH + 1));
}

import { cutText } from '../kit/foreign-text.ts';
import { isBelievable, rangeWords } from './believable.ts';

/**
 * The header `docker-ratelimit-source`: the owner of the bucket that a request is counted in.
 *
 * Anonymous: an IPv4 address, or an IPv6 prefix such as `2001:41d0:801:2000::` (/64 since November 2024, some
 * providers /128). Signed in: the account's UUID (captures of 2021 to 2025) or its name (captures of 2026).
 */
export interface Source {
  /** The value of the header, at most 255 characters. */
  readonly value: string;
  readonly kind: SourceKind;
}

/** The kinds of source: values of the metric label `kind`. */
export type SourceKind = 'ipv4' | 'ipv6' | 'account';

/** The longest source that is stored, in characters: it becomes a label, whose length the hub must not choose. */
const MAX_LENGTH = 255;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/**
 * Parses a source header: an address, otherwise an account. A Docker ID is lower-case letters and digits, so that
 * a name never looks like an address.
 * @returns undefined when the header is empty or absent
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
  /** Length of the window in seconds; undefined when the header states none, or an impossible one. */
  readonly windowSeconds: number | undefined;
  /** A sentence that says why the stated window was rejected; absent when it was not. */
  readonly windowDoubt?: string;
}

/** Returns a header by its lower-case name; undefined when the answer does not contain it. */
export type HeaderLookup = (name: string) => string | undefined;

/** The rate limit in an answer. */
export interface RateLimit {
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left, as in the header. 0 and negative numbers mean exhausted. */
  readonly remaining: number;
  /** Length of the window in seconds; undefined when the hub does not state it, or states an impossible one. */
  readonly windowSeconds: number | undefined;
  /** A sentence that says why the stated window was rejected; absent when it was not. */
  readonly windowDoubt?: string;
}

/** The result of parsing the headers of an answer. */
export type RateLimitHeaders =
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly detail: string }
  | { readonly kind: 'present'; readonly rateLimit: RateLimit };

const NUMBER = /^-?\d+$/;
const DIGITS = /^\d+$/;
const WINDOW = /^w=(.+)$/i;
/** The longest part of an invalid header in an error message, in characters. */
const QUOTE_LENGTH = 64;

/**
 * Parses one header value. A window that is not a whole number from 1 second to 31 days is rejected: `windowSeconds` is
 * then undefined, and `windowDoubt` says why.
 * @throws SyntaxError when the number is missing, invalid, or out of range
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

/** The prefixes of the header names, the preferred one first. */
const SPELLINGS = ['ratelimit', 'x-ratelimit'] as const;

/**
 * Reads the rate limit from the headers of an answer. `ratelimit-*` is preferred over `x-ratelimit-*`: captures of 2026
 * contain both, a 429 of August 2026 only the latter. The two are never mixed: a proxy in between may have a limit of its
 * own, under one of the names.
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

import { lazy } from './lazy.ts';
import { REDACTED } from './secret.ts';

/**
 * Patterns of secrets in the texts of other programs: Docker's own identifiers (the 429 text contains the token's
 * `dckr_jti_…`), authorization headers, bearer and basic credentials, JSON web tokens, passwords and tokens in JSON, forms
 * and queries, the user part of a URL, and webhook addresses. Masking too much is safe, masking too little is not.
 */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/dckr_(jti|pat|oat)_[\w\-=]+/g, `dckr_$1_${REDACTED}`],
  [/\b(authorization["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi, `$1${REDACTED}`],
  [/\b(bearer|basic)\s+(?!authentication\b)[\w\-.~+/=]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w\-+/=]{7,}(?:\.[\w\-+/=]*)*/g, REDACTED],
  [/("(?:\w*(?:password|secret|token)|auth)\\*"\s*:\s*\\*")(?:[^"\\]|\\.)+/gi, `$1${REDACTED}`],
  [/\b(\w*(?:password|secret|token|signature)=)[^&\s"']+/gi, `$1${REDACTED}`],
  // Up to the last "@" of the authority: a password with an "@" in it should have been encoded, but may not be.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/?#\s"]+@/gi, `$1${REDACTED}@`],
  [/\b(hooks\.slack\.com\/)[^\s"']+/gi, `$1${REDACTED}`],
];

/** Replaces everything that looks like a secret in a text of another program by `<secret>`. */
export function redact(text: string): string {
  return SECRET_TEXT.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

/**
 * Characters without a glyph: control characters, direction marks and overrides, invisible characters. The two joiners
 * stay: scripts and emoji need them.
 */
const INVISIBLE = /(?:(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
const GRAPHEMES = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));
/** The longest text that `quoteForeign` returns, in UTF-16 code units: 200 and an ellipsis. */
const MAX_QUOTE = 201;

/** Returns a text of another program for an error or a log: cleaned, without secrets, cut after 200 characters. */
export function quoteForeign(text: string): string {
  // Cut generously first: the patterns of `redact` need the whole of a secret, but not a whole page of HTML.
  return cleanText(redact(text.slice(0, 10 * MAX_QUOTE)), MAX_QUOTE);
}

/**
 * Returns a text on one line, without control and invisible characters, with single spaces and valid UTF-16. It is not
 * escaped.
 * @param maxLength the longest result in UTF-16 code units, ellipsis included. Default: unlimited
 */
export function cleanText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  // Cut generously first: splitting graphemes is not for texts of any length.
  const plain = toWellFormed(text.slice(0, 50 * maxLength))
    .replace(INVISIBLE, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return cutText(plain, maxLength);
}

/**
 * Cuts a text and adds an ellipsis, never within what a reader sees as one character. One such character that is longer
 * than the limit (a letter with a hundred accents) is cut between its code points.
 * @param maxLength the longest result in UTF-16 code units, ellipsis included
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const available = Math.max(0, maxLength - 1);
  const kept = takeWhole(graphemesOf(text.slice(0, 2 * maxLength)), available);
  const start = kept === '' ? takeWhole(text.slice(0, maxLength), available) : kept;
  return `${start.trimEnd()}…`;
}

/** Replaces each half of a surrogate pair by U+FFFD: neither UTF-8 nor a URL can encode it. */
export function toWellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\uFFFD');
}

/** Writes control characters as `\u000a`, so that a line break in a value cannot forge a line of output. */
export function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function takeWhole(pieces: Iterable<string>, maxLength: number): string {
  let taken = '';
  for (const piece of pieces) {
    if (taken.length + piece.length > maxLength) break;
    taken += piece;
  }
  return taken;
}

function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of GRAPHEMES().segment(text)) yield segment;
}

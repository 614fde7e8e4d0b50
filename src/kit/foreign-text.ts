import { REDACTED } from './secret.ts';

/**
 * Text of other programs that carries secrets: Docker's own identifiers (the 429 text names the token's `dckr_jti_…`),
 * authorization headers, bearer and basic credentials, JSON web tokens, passwords and tokens in JSON, forms and queries,
 * the user part of a URL, and webhook addresses. Masking too much is safe, masking too little is not.
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

/** Replaces everything in a foreign text that looks like a secret by `<secret>`. */
export function redact(text: string): string {
  return SECRET_TEXT.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

/** How much of a foreign text an error repeats, in characters. */
const MAX_LENGTH = 200;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\s]+/gu;

/** Makes text that others wrote fit to be shown: without secrets, on one line, and no longer than 200 characters. */
export function quoteForeign(text: string): string {
  // Cut generously first: the patterns of `redact` need the whole of a secret, but not a whole page of HTML.
  const safe = redact(text.slice(0, 10 * MAX_LENGTH))
    .replace(UNPRINTABLE, ' ')
    .trim();
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
}

import { REDACTED } from './secret.ts';

/**
 * Text of other programs that carries secrets: Docker's own identifiers (the 429 text names the token's
 * `dckr_jti_…`), bearer and basic credentials, JSON web tokens, and the user part of a URL.
 */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\bdckr_(jti|pat|oat)_[\w\-=]+/g, `dckr_$1_${REDACTED}`],
  [/\b(bearer|basic)\s+[\w\-.~+/=]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{5,}\.[\w-]*(?:\.[\w-]*)?/g, REDACTED],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^/?#@\s"]+@/gi, `$1${REDACTED}@`],
];

/** Replaces everything in a foreign text that looks like a secret by `<secret>`. */
export function redact(text: string): string {
  return SECRET_TEXT.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

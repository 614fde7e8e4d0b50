import { redact } from './redact.ts';

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

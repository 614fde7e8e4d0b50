import { redact } from '../../domain/redact.ts';

/** How much of a foreign text is repeated, in characters. */
const MAX_LENGTH = 200;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\s]+/gu;

/** Makes text of the query API's side fit to be shown: without secrets, on one line, at most 200 characters. */
export function quoteForeign(text: string): string {
  const safe = redact(text.slice(0, 10 * MAX_LENGTH))
    .replace(UNPRINTABLE, ' ')
    .trim();
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
}

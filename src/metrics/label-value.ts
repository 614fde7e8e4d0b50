import { createHash } from 'node:crypto';

/** The longest label value, in UTF-16 units: whoever chooses a value must not choose how much Prometheus stores. */
export const MAX_LABEL_LENGTH = 255;

/** Nearly every value: nothing in it has to be escaped or repaired. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const TO_ESCAPE = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const DIGEST_LENGTH = 8;

/**
 * Writes a label value as it stands between its quotes, the same in both formats: backslash, quote and line feed
 * escaped, at most `MAX_LABEL_LENGTH` long, invalid UTF-16 replaced. A value that loses something ends in `~` and a
 * digest of the whole, so that two series never become one, which would make Prometheus refuse the scrape.
 */
export function formatLabelValue(text: string): string {
  if (text.length <= MAX_LABEL_LENGTH && PLAIN.test(text)) return text;
  return repair(text).replace(TO_ESCAPE, (character) => ESCAPES[character] ?? character);
}

function repair(text: string): string {
  const wellFormed = text.replace(LONE_SURROGATE, '\ufffd');
  if (wellFormed === text && text.length <= MAX_LABEL_LENGTH) return text;
  const digest = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  const kept = wellFormed.slice(0, MAX_LABEL_LENGTH - DIGEST_LENGTH - 1).replace(LONE_SURROGATE, '\ufffd');
  return `${kept}~${digest.slice(0, DIGEST_LENGTH)}`;
}

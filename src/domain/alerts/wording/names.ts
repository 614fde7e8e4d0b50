import { cleanText } from '../../../kit/foreign-text.ts';

/** The longest name that texts show, in UTF-16 code units. A credential's has at most 64; a source may have 255. */
const MAX_LENGTH = 80;
/** Letters that run from right to left, and would reorder the text around them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const [ISOLATE, END_ISOLATE] = ['\u2068', '\u2069'];

/** Returns a foreign name for a sentence of Headroom: cleaned, at most 80 characters, isolated if it runs right to left. */
export function cleanName(name: string): string {
  return cleanClause(name, MAX_LENGTH) || '(no name)';
}

/**
 * Returns a foreign text for a sentence of Headroom, as `cleanName`.
 * @param maxLength the longest result in UTF-16 code units; the marks that isolate letters from right to left add two
 */
export function cleanClause(text: string, maxLength: number): string {
  const short = cleanText(text, maxLength);
  return RIGHT_TO_LEFT.test(short) ? `${ISOLATE}${short}${END_ISOLATE}` : short;
}

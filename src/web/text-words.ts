import { formatCount } from '../domain/wording.ts';

/** Characters that change the direction of the text around them, and other invisible commands. */
const CONTROLS = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/**
 * Text of others for a page: without control characters, and cut with an ellipsis when it is longer than `maxLength`
 * characters. Escaping is the view's business.
 */
export function toPlainText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const plain = text.replace(CONTROLS, ' ').trim();
  return plain.length > maxLength ? `${plain.slice(0, maxLength).trimEnd()}…` : plain;
}

/** How many names are told one by one. */
const NAMES_TOLD = 3;

/**
 * Names in a row, the first three of them: `ci, nat-b, web and 3 more`.
 * @param count how many there are in all; `names` may hold the first few only
 */
export function listNames(names: readonly string[], count = names.length): string {
  const told = names.slice(0, NAMES_TOLD).map((name) => toPlainText(name));
  const rest = count - told.length;
  if (rest > 0) return `${told.join(', ')} and ${formatCount(rest)} more`;
  if (told.length < 2) return told.join('');
  return `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}

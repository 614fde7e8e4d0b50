import type { Word, Words } from './parts.ts';

/** Words as plain text in one line; moments in UTC: `between 02:58 and 03:04 UTC`. */
export function plainText(words: Words): string {
  return words.map(plainWord).join('');
}

function plainWord(word: Word): string {
  switch (word.kind) {
    case 'text':
      return word.text;
    case 'name':
      return word.name;
    case 'instant':
      return `${utc(word.at, word.withDate)} UTC`;
    case 'range':
      return `${rangeInUtc(word)} UTC`;
  }
}

/** Two moments in UTC; the date is said once where it is the same. */
function rangeInUtc({ from, to, joint, withDate }: Extract<Word, { kind: 'range' }>): string {
  const isOneDay = utc(from, true).slice(0, 10) === utc(to, true).slice(0, 10);
  return `${utc(from, withDate)} ${joint} ${utc(to, withDate && !isOneDay)}`;
}

/** A moment in UTC, to the minute: `02:58`, or `2026-11-24 02:58`. */
export function utc(at: number, withDate: boolean): string {
  const timestamp = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return withDate ? timestamp : timestamp.slice(11);
}

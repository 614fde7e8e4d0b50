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

/**
 * One piece of an alert text. Pieces that receivers write differently have a kind of their own: a Slack date
 * token turns an instant into the reader's local time, and a name may need escaping.
 */
export type Word =
  | { readonly kind: 'text'; readonly text: string }
  /** A foreign name: a credential or a source. Cleaned by `cleanName`, not escaped. */
  | { readonly kind: 'name'; readonly name: string }
  /** An instant, in milliseconds since the epoch. `withDate`: the time of day alone would mislead. */
  | { readonly kind: 'instant'; readonly at: number; readonly withDate: boolean }
  | Range;

/**
 * Two instants in different minutes, with a word between them: `02:45 and 02:50`, `02:14 to 02:56`. Instants are in
 * milliseconds since the epoch. `withDate`: the times of day alone would mislead.
 */
interface Range {
  readonly kind: 'range';
  readonly from: number;
  readonly to: number;
  readonly joint: 'and' | 'to';
  readonly withDate: boolean;
}

/** One or more sentences, rendered by each receiver in its own markup. */
export type Words = readonly Word[];

/** From this distance an instant is shown with its date, in milliseconds (23 hours). */
const NEEDS_DATE_MS = 23 * 3_600_000;
const MINUTE_MS = 60_000;

/** Builds words from a template: `` words`Pulls are used up for ${subject}` ``. Undefined values are left out. */
export function words(
  texts: readonly string[],
  ...values: readonly (Word | Words | string | undefined)[]
): Words {
  const parts = texts.flatMap((text, i) => [textWord(text), ...toWords(values[i])]);
  return parts.reduce<Word[]>(append, []);
}

/** Joins sentences with a space between them; undefined if there are none. */
export function joinSentences(sentences: readonly (Words | undefined)[]): Words | undefined {
  const parts = sentences.filter((sentence) => sentence !== undefined && sentence.length > 0);
  if (parts.length === 0) return undefined;
  return parts.reduce((all, sentence) => words`${all}${all && ' '}${sentence}`, undefined);
}

/** Returns a foreign name as a word, cleaned. */
export function name(text: string | undefined): Word {
  return { kind: 'name', name: cleanName(text ?? '') };
}

/**
 * Returns an instant as a word, to the minute.
 * @param at milliseconds since the epoch
 * @param now milliseconds since the epoch; decides whether the date is shown
 */
export function instant(at: number, now: number): Word {
  return { kind: 'instant', at, withDate: needsDate(at, now) };
}

/**
 * Returns a period as words, to the minute: `between 02:45 and 02:50`, `from 02:14 to 02:56`; `at 02:45` if
 * both are in one minute.
 */
export function range(from: number, to: number, joint: 'and' | 'to', now: number): Words {
  if (toMinute(from) === toMinute(to)) return words`at ${instant(to, now)}`;
  const withDate = needsDate(from, now) || needsDate(to, now);
  return words`${joint === 'and' ? 'between' : 'from'} ${{ kind: 'range', from, to, joint, withDate }}`;
}

/** Returns the minute of an instant, counted from the epoch. */
export function toMinute(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

function needsDate(at: number, now: number): boolean {
  return Math.abs(at - now) >= NEEDS_DATE_MS;
}

function textWord(text: string): Word {
  return { kind: 'text', text };
}

function toWords(value: Word | Words | string | undefined): Words {
  if (value === undefined) return [];
  if (typeof value === 'string') return [textWord(value)];
  return 'kind' in value ? [value] : value;
}

/** Appends a word. Adjacent texts become one, so that a renderer gets whole sentences. */
function append(all: Word[], word: Word): Word[] {
  const last = all.at(-1);
  if (word.kind !== 'text') all.push(word);
  else if (last?.kind === 'text') all[all.length - 1] = textWord(last.text + word.text);
  else if (word.text !== '') all.push(word);
  return all;
}

/**
 * How a kind of receiver writes each kind of word. A style names only what it writes differently from the default, so
 * that a new kind of word needs a change in this file only.
 */
export interface WordStyle {
  /** Escapes text, so that nothing in it is read as markup. */
  readonly text: (text: string) => string;
  /** Writes a foreign name. Default: as text. */
  readonly name?: (name: string) => string;
  /** Writes an instant, in milliseconds since the epoch. */
  readonly instant: (at: number, withDate: boolean) => string;
  /** Writes two instants. Default: both as instants, with the word between them. */
  readonly range?: (range: Range) => string;
}

/** Renders words in a style; undefined is the empty text. */
export function renderWords(words: Words | undefined, style: WordStyle): string {
  return (words ?? []).map((word) => renderWord(word, style)).join('');
}

function renderWord(word: Word, { text, name = text, instant, range }: WordStyle): string {
  switch (word.kind) {
    case 'text':
      return text(word.text);
    case 'name':
      return name(word.name);
    case 'instant':
      return instant(word.at, word.withDate);
    case 'range': {
      const { from, to, joint, withDate } = word;
      return range?.(word) ?? `${instant(from, withDate)} ${joint} ${instant(to, withDate)}`;
    }
  }
}

const PLAIN: WordStyle = {
  text: (text) => text,
  instant: (at, withDate) => `${utc(at, withDate)} UTC`,
  range: (range) => `${rangeInUtc(range)} UTC`,
};

/** Renders words as plain text on one line; instants in UTC: `between 02:58 and 03:04 UTC`. Undefined is the empty text. */
export function plainText(words: Words | undefined): string {
  return renderWords(words, PLAIN);
}

/** Writes two instants in UTC; a common date is written once. */
function rangeInUtc({ from, to, joint, withDate }: Range): string {
  const isOneDay = utc(from, true).slice(0, 10) === utc(to, true).slice(0, 10);
  return `${utc(from, withDate)} ${joint} ${utc(to, withDate && !isOneDay)}`;
}

/** Writes an instant in UTC, to the minute: `02:58`, or `2026-11-24 02:58`. */
export function utc(at: number, withDate: boolean): string {
  const timestamp = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return withDate ? timestamp : timestamp.slice(11);
}

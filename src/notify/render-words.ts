import type { Word, Words } from '../domain/alerts/wording/parts.ts';

/** How a kind of receiver writes the pieces of a sentence. */
export interface WordStyle {
  /** Our own text and what others named: nothing in it may become a command. */
  readonly text: (text: string) => string;
  /** A moment, in milliseconds since the epoch. */
  readonly instant: (at: number, withDate: boolean) => string;
}

/** Writes words in a style; what is undefined is empty. */
export function renderWords(words: Words | undefined, style: WordStyle): string {
  return (words ?? []).map((word) => renderWord(word, style)).join('');
}

function renderWord(word: Word, { text, instant }: WordStyle): string {
  switch (word.kind) {
    case 'text':
      return text(word.text);
    case 'name':
      return text(word.name);
    case 'instant':
      return instant(word.at, word.withDate);
    case 'range':
      return `${instant(word.from, word.withDate)} ${word.joint} ${instant(word.to, word.withDate)}`;
  }
}

/** One document of a YAML stream, with the place where it begins. */
export interface DocumentText {
  readonly text: string;
  /** In characters from the beginning of the file. */
  readonly offset: number;
}

/** The most documents that one file may hold. */
export const MAX_DOCUMENTS = 10_000;

const MARKER = /^(?:---(?=\s|$)|\.\.\.(?=\s|$))/gm;

/**
 * Cuts a YAML stream at its document markers (YAML 1.2.2, section 9.1.2: nothing else may begin a line with one). Each
 * document is then parsed by itself, so that a quote that is never closed spoils only its own.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const starts = [0, ...[...text.matchAll(MARKER)].map(({ index }) => index)];
  return starts.flatMap((start, i) => {
    const end = starts[i + 1] ?? text.length;
    const isMarked = i > 0 || text.startsWith('---') || text.startsWith('...');
    const offset = isMarked ? start + 3 : start;
    const document = text.slice(offset, end);
    return document.trim() === '' ? [] : [{ text: document, offset }];
  });
}

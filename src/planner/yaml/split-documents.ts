/** One document of a YAML stream, with its position. */
export interface DocumentText {
  readonly text: string;
  /** The start in the file, in characters. */
  readonly offset: number;
}

/** The longest document that is parsed, in characters (10 Mi): the parser takes about a second for it. */
export const MAX_DOCUMENT_LENGTH = 10 * 1_024 * 1_024;

const MARKER = /^(?:---(?=\s|$)|\.\.\.(?=\s|$))/gm;

/**
 * Splits a YAML stream at its document markers (YAML 1.2.2, section 9.1.2: no other content may begin a line with one).
 * Each document is parsed separately, so that an unclosed quote affects only its own document.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  if (/^\s*\{/.test(text)) return splitJson(text).flatMap(splitList);
  const starts = [0, ...[...text.matchAll(MARKER)].map(({ index }) => index)];
  return starts.flatMap((start, i) => {
    const end = starts[i + 1] ?? text.length;
    const isMarked = i > 0 || text.startsWith('---') || text.startsWith('...');
    const offset = isMarked ? start + 3 : start;
    const document = text.slice(offset, end);
    return document.trim() === '' ? [] : [{ text: document, offset }];
  });
}

/** Splits JSON objects that follow each other, as kubectl reads them. YAML in braces, with markers, is split at those. */
function splitJson(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let [start, depth] = [0, 0];
  for (const { token, index } of tokensOf(text, /["{}]|^---(?=\s|$)/gm)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    if (depth !== 0) continue;
    const end = token === '---' ? index : index + 1;
    documents.push({ text: text.slice(start, end), offset: start });
    start = token === '---' ? index + token.length : end;
  }
  documents.push({ text: text.slice(start), offset: start });
  return documents.filter((document) => document.text.trim() !== '');
}

/**
 * Returns the matches of a pattern outside of strings. A pattern for whole strings would exceed the stack of V8 on a string of
 * some MiB.
 * @param pattern global; it matches the quote `"` too, which is not returned
 */
function* tokensOf(text: string, pattern: RegExp, from = 0): Generator<{ token: string; index: number }> {
  let hasStrings = true;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { 0: token, index } = match;
    if (token !== '"') yield { token, index };
    else if (hasStrings) {
      const end = endOfString(text, index);
      if (end < 0) hasStrings = false;
      else pattern.lastIndex = end + 1;
    }
  }
}

/** Returns the position of the quote that ends a string; -1 if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

/** The start of a list of any objects in JSON, as kubectl prints it. Each of its items has a kind. */
const LIST_START = /^\s*\{\s*(?:"apiVersion"\s*:\s*"v1"\s*,\s*|"kind"\s*:\s*"List"\s*,\s*)*"items"\s*:\s*\[/;
/** The end of such a list, after its items. */
const LIST_END = /^\]\s*,\s*(?:"apiVersion"\s*:\s*"v1"\s*,\s*)?"kind"\s*:\s*"List"\s*[,}]/;

/**
 * Splits a list of Kubernetes objects that is longer than a document may be, such as all pods of a cluster, into its items.
 * A shorter list, or another document, is returned as it is.
 */
function splitList(document: DocumentText): readonly DocumentText[] {
  const { text, offset } = document;
  if (text.length <= MAX_DOCUMENT_LENGTH) return [document];
  const [head] = LIST_START.exec(text) ?? [];
  if (head === undefined) return [document];
  const items: DocumentText[] = [];
  let [start, depth] = [head.length, 0];
  for (const { token, index } of tokensOf(text, /["{}[\]]/g, head.length)) {
    if (token === '{' || token === '[') {
      if (depth === 0) start = index;
      depth++;
    } else if (depth === 0 && token === ']') {
      const isList = head.includes('"List"') || LIST_END.test(text.slice(index, index + 200));
      return isList ? items : [document];
    } else {
      depth--;
      if (depth === 0) items.push({ text: text.slice(start, index + 1), offset: offset + start });
    }
  }
  return [document];
}

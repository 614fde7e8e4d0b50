/** Finds lines and columns in a text. Both count from 1. */
export interface LineIndex {
  /** @param offset in characters from the beginning */
  at(offset: number): { readonly line: number; readonly column: number };
}

/** The lines are looked for when somebody asks the first time. */
export function createLineIndex(text: string): LineIndex {
  let starts: number[] | undefined;
  return {
    at(offset) {
      starts ??= lineStarts(text);
      let [from, to] = [0, starts.length];
      while (to - from > 1) {
        const middle = (from + to) >> 1;
        if ((starts[middle] ?? 0) <= offset) from = middle;
        else to = middle;
      }
      return { line: from + 1, column: offset - (starts[from] ?? 0) + 1 };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

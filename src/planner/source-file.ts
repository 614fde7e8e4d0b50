import type { ReadingBudget } from '../domain/pull-cost/collect-images.ts';

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

/** A file to be planned. */
export interface SourceFile {
  /** Its path, as people gave it; `-` is the standard input. */
  readonly name: string;
  readonly text: string;
}

/** What a reader is told beside its file. */
export interface ReadOptions {
  /** Values for variables of Compose files, CI files and Dockerfiles, which win over what stands there. */
  readonly variables: ReadonlyMap<string, string>;
  /** Compose profiles that are started; `*` starts all. */
  readonly profiles: ReadonlySet<string>;
  /** The stage that builds end with; undefined: the last one. */
  readonly target: string | undefined;
  /** Kinds of Kubernetes objects that nobody needs to hear of. */
  readonly ignoredKinds: ReadonlySet<string>;
  /** Whether another file of the same plan has a name that ends so. */
  readonly hasFile: (suffix: string) => boolean;
  /** What all files of the plan may hold together. */
  readonly budget: ReadingBudget;
}

import type { ReadingBudget, SourceNode } from '../domain/pull-cost/collect-images.ts';

/** Converts offsets in a text to lines and columns, both counted from 1. */
export interface LineIndex {
  /** Returns line and column of an offset, in characters from the start. */
  at(offset: number): { readonly line: number; readonly column: number };
}

/** Creates the index of a text. Lines are searched at the first call of `at()`. */
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

/** A file of a plan. */
export interface SourceFile {
  /** Its path as given by the user. `-` is the standard input. */
  readonly name: string;
  readonly text: string;
  /** Whether it was found in a folder. Default: the user named it, so that it must be understood. */
  readonly isFromFolder?: boolean;
}

/** A YAML file of the plan that another file uses. */
export interface UsedFile {
  readonly name: string;
  /** Its valid documents. The problems of the others are reported when the file itself is read. */
  readonly documents: readonly SourceNode[];
}

/** Finds files of a plan by the paths that other files contain. */
export interface FileIndex {
  /** Reports whether the name of a file ends with `path`. */
  readonly hasFile: (path: string) => boolean;
  /** Returns the file with exactly this path; undefined if there is none. */
  readonly findFile: (path: string) => SourceFile | undefined;
  /** Returns the valid documents of a file. They are parsed once. */
  readonly documentsOf: (file: SourceFile) => readonly SourceNode[];
  /**
   * Returns the file whose name ends with `path`; undefined if there is none. It is parsed once.
   * @param from the file that uses it; of several files, the one that shares most folders with it is used
   */
  readonly findYaml: (path: string, from: string) => UsedFile | undefined;
  /** Returns the names of all files that a pattern such as `ci/*.yml` or `ci/**.yml` matches, relative to any folder. */
  readonly matching: (pattern: string) => readonly string[];
}

/** Reports whether a file contains variables, and nothing that is planned: `.env`, `prod.env`, `.env.local`. */
export function isEnvFile(name: string): boolean {
  return /(?:^|[/\\])(?:\.env(?:\.[^/\\]*)?|[^/\\]*\.env)$/.test(name);
}

/** What happens to the running pods of a cluster: a node is lost, a namespace is restarted, or every node is replaced. */
export type Disruption =
  | { readonly kind: 'lose-node'; readonly node: string }
  | { readonly kind: 'restart'; readonly namespace: string }
  | { readonly kind: 'replace-all' };

/** The options of a reader. */
export interface ReadOptions extends FileIndex {
  /** Values for variables of Compose files, CI files and Dockerfiles. They override the values in the files. */
  readonly variables: ReadonlyMap<string, string>;
  /** The Compose profiles that are started. `*` starts all. */
  readonly profiles: ReadonlySet<string>;
  /** The target stage of builds. Undefined: the last one. */
  readonly target: string | undefined;
  /** The platforms of builds, at least one: `linux/amd64`. */
  readonly platforms: readonly string[];
  /** Kinds of Kubernetes objects that start no pods and are not reported as unknown. */
  readonly ignoredKinds: ReadonlySet<string>;
  /** Actions of GitHub that pull no images, `owner/name` in lower case. `*`: nothing that actions pull is counted. */
  readonly ignoredActions: ReadonlySet<string>;
  /** Counts the running pods of a cluster after a disruption, in place of manifests. Default: none. */
  readonly disruption?: Disruption | undefined;
  /** The limits of all files of the plan together. */
  readonly budget: ReadingBudget;
}

/** Returns a path without `.` and empty parts, and without `..` where a folder precedes it. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = parts.at(-1);
    if (part !== '..' || last === undefined || last === '..') parts.push(part);
    else parts.pop();
  }
  return path.startsWith('/') ? `/${parts.join('/')}` : parts.join('/') || '.';
}

/**
 * Resolves a path against a folder, and removes `.` and `..` from the result.
 * @param path relative to the folder; an absolute one is taken as it is
 */
export function joinPath(folder: string, path: string): string {
  return normalizePath(path.startsWith('/') ? path : `${folder}/${path}`);
}

/** Splits the path of a file into its folder and its name. */
export function splitPath(path: string): { readonly folder: string; readonly base: string } {
  const end = path.lastIndexOf('/');
  return { folder: end < 0 ? '.' : path.slice(0, end) || '/', base: path.slice(end + 1) };
}

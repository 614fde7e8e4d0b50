import type { SourceNode } from '../domain/pull-cost/collect-images.ts';
import { type FileIndex, normalizePath, type SourceFile } from './source-file.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** The longest pattern that is searched, in characters. */
const MAX_PATTERN_LENGTH = 200;

/** Creates the index of the files of a plan. */
export function createFileIndex(files: readonly SourceFile[]): FileIndex {
  const byBase = new Map<string, SourceFile[]>();
  for (const file of files) byBase.set(baseOf(file.name), [...(byBase.get(baseOf(file.name)) ?? []), file]);
  const byPath = new Map(files.map((file) => [normalizePath(file.name), file]));
  const parsed = new Map<SourceFile, readonly SourceNode[]>();
  const documentsOf = (file: SourceFile) => {
    const known = parsed.get(file);
    if (known) return known;
    const documents = [...readYaml(file.text, file.name)].filter(
      (item): item is SourceNode => !('message' in item),
    );
    parsed.set(file, documents);
    return documents;
  };
  const candidates = (path: string) =>
    (byBase.get(baseOf(path)) ?? []).filter(({ name }) => normalise(name).endsWith(normalise(path)));
  return {
    hasFile: (path) => candidates(path).length > 0,
    findFile: (path) => byPath.get(normalizePath(path)),
    documentsOf,
    findYaml(path, from) {
      const [first] = candidates(path).toSorted(
        (a, b) => sharedWith(b.name, from) - sharedWith(a.name, from),
      );
      return first && { name: first.name, documents: documentsOf(first) };
    },
    matching(pattern) {
      if (pattern.length > MAX_PATTERN_LENGTH) return [];
      const expression = new RegExp(`${normalise(pattern).replace(/\*+|[\\^$.+?()[\]{}|]/g, globToken)}$`);
      return files.map(({ name }) => name).filter((name) => expression.test(normalise(name)));
    },
  };
}

function globToken(token: string): string {
  if (token === '*') return '[^/]*';
  return token.startsWith('**') ? '.*' : `\\${token}`;
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function normalise(name: string): string {
  return `/${name.replace(/^(?:\.?\/)+/, '')}`;
}

/** Counts the characters at the start that two names have in common. */
function sharedWith(name: string, from: string): number {
  let length = 0;
  while (length < name.length && name[length] === from[length]) length++;
  return length;
}

import type { Document, Pair } from 'yaml';
import { ScenarioError } from './problem.ts';

/** A parsed YAML file with the positions of its values. */
export interface YamlFile {
  readonly value: unknown;
  /** Returns the offset of a value, or of its key, in characters; for a missing value, that of its nearest parent. */
  offsetOf(path: readonly PropertyKey[], isAboutKey: boolean): number;
  /** Formats an offset as file, line and column, such as `office.yml:7:13`. */
  placeAt(offset: number): string;
}

/** Largest number of reported syntax errors: one wrong bracket can cause hundreds. */
const MAX_FAULTS = 5;

/**
 * Parses YAML 1.2. Loads the parser on first use, because most simulators play no scenario.
 * @param path name of the file in messages
 * @throws ScenarioError for text that is not valid YAML
 */
export async function parseYaml(text: string, path: string): Promise<YamlFile> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const faults = [...document.errors, ...document.warnings].slice(0, MAX_FAULTS);
  if (faults.length > 0) {
    throw new ScenarioError(faults.map(({ pos, message }) => ({ place: placeAt(pos[0]), message })));
  }
  return { value: plainValue(document, placeAt(0)), offsetOf: await offsetsIn(document), placeAt };
}

/** Converts a document to plain values. Rejects aliases that would exhaust the memory. */
function plainValue(document: Document, place: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ScenarioError([{ place, message: error instanceof Error ? error.message : 'Not valid YAML' }]);
  }
}

async function offsetsIn(document: Document): Promise<YamlFile['offsetOf']> {
  const { isCollection, isMap, isNode, isScalar } = await import('yaml');
  const beginOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

  return (path, isAboutKey) => {
    let node: unknown = document.contents;
    let offset = beginOf(node);
    for (const [i, key] of path.entries()) {
      const pair: Pair | undefined = isMap(node)
        ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined;
      const next: unknown = pair ? pair.value : isCollection(node) ? node.get(key, true) : undefined;
      if (pair && isAboutKey && i === path.length - 1) return beginOf(pair.key);
      if (!isNode(next)) return pair ? beginOf(pair.key) : offset;
      node = next;
      offset = beginOf(node);
    }
    return offset;
  };
}

import type { Document, Pair } from 'yaml';
import { ScenarioError } from './problem.ts';

/** A YAML file as it was read, with the place of each value. */
export interface YamlFile {
  readonly value: unknown;
  /** Where a value or its key stands, or what it would belong to if it is missing: in characters from the beginning. */
  offsetOf(path: readonly PropertyKey[], isAboutKey: boolean): number;
  /** `office.yml:7:13`. */
  placeAt(offset: number): string;
}

/** One misplaced bracket can make hundreds of faults; the first ones say where to look. */
const MAX_FAULTS = 5;

/**
 * Reads YAML 1.2. The parser is loaded when it is needed: nobody waits for it who plays no scenario.
 * @throws ScenarioError for text that is not YAML
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

/** Aliases that would fill the memory are refused. */
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

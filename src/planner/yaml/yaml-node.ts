import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { LineIndex } from '../source-file.ts';

/** The context of all nodes of one document. */
export interface YamlContext {
  readonly lines: LineIndex;
  /** The whole file. */
  readonly text: string;
  /** The start of the document in `text`, in characters. */
  readonly offset: number;
  readonly resolve: (alias: Alias) => unknown;
  /** A cache of the entries of maps, so that merges are resolved once. */
  readonly pairs: Map<YAMLMap, Pairs>;
}

/** The entries of a map by key, including merged ones. */
type Pairs = ReadonlyMap<string, Pair>;

/** Unquoted scalars that mean null. */
const NOTHING = new Set(['', '~', 'null', 'Null', 'NULL']);
const MERGE_KEY = '<<';
const STRING_TAG = 'tag:yaml.org,2002:str';
/** Unquoted scalars that YAML 1.1 reads as numbers or booleans, as the parsers of Kubernetes and Compose do. */
const NUMBER_OR_BOOLEAN =
  /^(?:[-+]?(?:0x[\da-f_]+|0b[01_]+|0o[0-7_]+|\d[\d_]*|(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?|\.inf)|\.nan|y|n|yes|no|true|false|on|off)$/i;

/** Adapts a node of the YAML parser to `SourceNode`. */
export class YamlNode implements SourceNode {
  readonly #node: unknown;
  readonly #start: number;
  readonly #context: YamlContext;

  /** @param start the position of a missing node in the document, in characters */
  constructor(node: unknown, start: number, context: YamlContext) {
    this.#node = isAlias(node) ? context.resolve(node) : node;
    this.#start = startOf(node) ?? start;
    this.#context = context;
  }

  get kind(): SourceNode['kind'] {
    if (isMap(this.#node)) return 'map';
    if (isSeq(this.#node)) return 'list';
    return this.text === undefined ? 'nothing' : 'text';
  }

  get line(): number {
    return this.#context.lines.at(this.#context.offset + this.#start).line;
  }

  get column(): number {
    return this.#context.lines.at(this.#context.offset + this.#start).column;
  }

  get text(): string | undefined {
    if (!isScalar(this.#node)) return undefined;
    const text = String(this.#node.value ?? '');
    return this.#node.type === 'PLAIN' && NOTHING.has(text) ? undefined : text;
  }

  get isString(): boolean {
    const { text, tag } = this;
    if (text === undefined || !isScalar(this.#node)) return false;
    return this.#node.type !== 'PLAIN' || tag === STRING_TAG || !NUMBER_OR_BOOLEAN.test(text);
  }

  get tag(): string | undefined {
    return isNode(this.#node) ? this.#node.tag : undefined;
  }

  get range(): SourceNode['range'] {
    const { text } = this;
    // The text of an alias is at its anchor.
    const source = isScalar(this.#node) ? this.#node.range : undefined;
    if (text === undefined || !source) return undefined;
    const from = this.#context.offset + source[0];
    const start = this.#context.text.slice(from, this.#context.offset + source[1]).indexOf(text);
    return start < 0 ? undefined : { start: from + start, end: from + start + text.length };
  }

  get(key: string): SourceNode {
    const pair = isMap(this.#node) ? pairsOf(this.#node, this.#context).get(key) : undefined;
    return new YamlNode(pair?.value, this.#start, this.#context);
  }

  items(): readonly SourceNode[] {
    if (!isSeq(this.#node)) return [];
    return this.#node.items.map((item) => new YamlNode(item, this.#start, this.#context));
  }

  entries(): readonly (readonly [string, SourceNode])[] {
    if (!isMap(this.#node)) return [];
    return [...pairsOf(this.#node, this.#context)].map(([name, { key, value }]) => [
      name,
      new YamlNode(value, startOf(key) ?? this.#start, this.#context),
    ]);
  }

  keyPlace(key: string): { readonly line: number; readonly column: number } {
    const pair = isMap(this.#node) ? pairsOf(this.#node, this.#context).get(key) : undefined;
    return this.#context.lines.at(this.#context.offset + (startOf(pair?.key) ?? this.#start));
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function textOfKey(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Returns the entries of a map. Of equal keys the last one is used, as in Kubernetes; own keys override merged ones, and earlier merged maps later ones. */
function pairsOf(map: YAMLMap, context: YamlContext): Pairs {
  const known = context.pairs.get(map);
  if (known) return known;
  const pairs = new Map<string, Pair>();
  // Stored before merges are resolved, so that a map that merges itself ends.
  context.pairs.set(map, pairs);
  for (const pair of map.items) {
    const name = textOfKey(pair.key);
    if (name !== MERGE_KEY) pairs.set(name, pair);
  }
  for (const merged of mergedMaps(map, context)) {
    for (const [name, pair] of pairsOf(merged, context)) if (!pairs.has(name)) pairs.set(name, pair);
  }
  return pairs;
}

/** Returns the maps of the merge key `<<` (https://yaml.org/type/merge.html), which Compose files and GitLab CI use. */
function mergedMaps(map: YAMLMap, context: YamlContext): readonly YAMLMap[] {
  const merge = map.items.find((pair) => textOfKey(pair.key) === MERGE_KEY);
  if (!merge) return [];
  const value = isAlias(merge.value) ? context.resolve(merge.value) : merge.value;
  const values = isSeq(value) ? value.items : [value];
  return values.map((item) => (isAlias(item) ? context.resolve(item) : item)).filter((item) => isMap(item));
}

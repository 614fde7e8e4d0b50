import type { TextRange } from './workload.ts';

/**
 * A value of a YAML or JSON file with its place. It is looked at only where somebody asks, so that a large file costs no
 * more than it says about images. Anchors are followed and merge keys (`<<`) are honoured.
 */
export interface SourceNode {
  readonly kind: 'text' | 'map' | 'list' | 'nothing';
  /** Lines and columns count from 1. What is missing has the place of what it is missing from. */
  readonly line: number;
  readonly column: number;
  /** A single value as it is written, without its quotes; undefined for everything else, `null` included. */
  readonly text: string | undefined;
  /** Where the text stands in the file; undefined where it is written otherwise than it reads, as with escapes. */
  readonly range: TextRange | undefined;
  /** The value of a key; a node of the kind `nothing` where there is none. */
  get(key: string): SourceNode;
  /** The values of a list; empty for everything else. */
  items(): readonly SourceNode[];
  /** Keys and values of a map; empty for everything else. */
  entries(): readonly (readonly [string, SourceNode])[];
  /** Where a key of a map stands; the map's own place when it is not there. */
  keyPlace(key: string): { readonly line: number; readonly column: number };
}

/** A value below a value: `node.get('spec').get('template')`. */
export function nodeAt(node: SourceNode, ...path: readonly string[]): SourceNode {
  return path.reduce((inner, key) => inner.get(key), node);
}

/** A whole number that is not negative; undefined for everything else. */
export function countAt(node: SourceNode, ...path: readonly string[]): number | undefined {
  const { text } = nodeAt(node, ...path);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whether a value is written as `true`. */
export function isTrue({ text }: SourceNode): boolean {
  return text === 'true' || text === 'True' || text === 'TRUE';
}

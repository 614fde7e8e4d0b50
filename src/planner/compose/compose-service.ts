import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { Variables } from '../variables.ts';

/** A Compose file that is read, with what its relative paths and its variables mean. */
export interface ComposeFile {
  readonly name: string;
  /** The folder of its relative paths. */
  readonly folder: string;
  readonly document: SourceNode;
  readonly variables: Variables;
}

/** The definition of a service in one file. */
export interface ServiceLayer {
  readonly node: SourceNode;
  readonly file: ComposeFile;
}

/** A value with the file that it is written in. */
export interface FoundValue extends ServiceLayer {}

/** A service of a project with all of its definitions: overrides first, then its own, then those that it extends. */
export interface ComposeService {
  readonly name: string;
  readonly layers: readonly [ServiceLayer, ...ServiceLayer[]];
}

/** Returns the value of a key that Compose uses: that of the first definition that has one. `!reset` removes the others. */
export function findValue(layers: readonly ServiceLayer[], key: string): FoundValue | undefined {
  return findValues(layers, key)[0];
}

/**
 * Returns every value of a key that Compose merges, the one that overrides the others first. `!reset` ends the search, and
 * `!override` ends it after its value.
 */
export function findValues(layers: readonly ServiceLayer[], key: string): readonly FoundValue[] {
  const values: FoundValue[] = [];
  for (const { node, file } of layers) {
    const value = node.get(key);
    if (value.tag === '!reset') return values;
    if (value.kind !== 'nothing') values.push({ node: value, file });
    if (value.tag === '!override') return values;
  }
  return values;
}

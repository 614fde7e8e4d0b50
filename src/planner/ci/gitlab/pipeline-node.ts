import { PlanLimitError, type SourceNode } from '../../../domain/pull-cost/collect-images.ts';

/** The inputs of a file, by name (https://docs.gitlab.com/ci/inputs/). */
export type Inputs = ReadonlyMap<string, string>;

/** A value of one file of a pipeline. */
export interface Layer {
  readonly node: SourceNode;
  /** The name of the file. */
  readonly file: string;
  readonly inputs: Inputs;
}

/** Resolves `!reference` tags. */
export interface References {
  /** Returns the value at a path, the name of a job first. Undefined if there is none, or if it contains itself. */
  resolve(path: readonly string[], at: Layer, depth: number): PipelineNode | undefined;
}

const REFERENCE = '!reference';
/** The most values that references of one pipeline add. */
const MAX_RESOLVED = 10_000;

/**
 * A value of a pipeline: one or more values of its files, the first overriding the others. Maps are merged at every level, as
 * GitLab does for `include` and `extends`. References are resolved on access.
 */
export class PipelineNode implements SourceNode {
  readonly #layers: readonly Layer[];
  readonly #references: References;
  /** How many references led to this value. */
  readonly #depth: number;

  /** @param layers at least one, the first overriding the others */
  constructor(layers: readonly Layer[], references: References, depth = 0) {
    const end = layers.findIndex(({ node }) => node.kind !== 'map');
    this.#layers = end < 0 ? layers : layers.slice(0, Math.max(1, end));
    this.#references = references;
    this.#depth = depth;
  }

  get #first(): Layer {
    const [first] = this.#layers;
    if (!first) throw new Error('A value without a file');
    return first;
  }

  /** The values of the files, the first overriding the others. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** The name of the file that contains the value, or its first part. */
  get file(): string {
    return this.#first.file;
  }

  get kind(): SourceNode['kind'] {
    return this.#first.node.kind;
  }

  get line(): number {
    return this.#first.node.line;
  }

  get column(): number {
    return this.#first.node.column;
  }

  get text(): string | undefined {
    const { node, inputs } = this.#first;
    return node.text?.includes('$[[') ? fillInputs(node.text, inputs) : node.text;
  }

  get isString(): boolean {
    return this.#first.node.isString;
  }

  get tag(): string | undefined {
    return this.#first.node.tag;
  }

  get range(): SourceNode['range'] {
    const { node } = this.#first;
    return this.text === node.text ? node.range : undefined;
  }

  get(key: string): PipelineNode {
    const layers: Layer[] = [];
    for (const layer of this.#layers) {
      const node = layer.node.get(key);
      if (node.kind !== 'nothing') layers.push({ ...layer, node });
      // A null of a job removes the inherited value.
      else if (this.#layers.length > 1 && hasKey(layer.node, key)) break;
    }
    return this.#at(layers.length > 0 ? layers : [{ ...this.#first, node: this.#first.node.get(key) }]);
  }

  items(): readonly PipelineNode[] {
    const layer = this.#first;
    return layer.node.items().flatMap((node) => {
      const item = this.#at([{ ...layer, node }]);
      return node.tag === REFERENCE && item.kind === 'list' ? item.items() : [item];
    });
  }

  entries(): readonly (readonly [string, PipelineNode])[] {
    const names = new Set(this.#layers.flatMap(({ node }) => node.entries().map(([name]) => name)));
    return [...names].map((name) => [name, this.get(name)]);
  }

  keyPlace(key: string): { readonly line: number; readonly column: number } {
    return this.#first.node.keyPlace(key);
  }

  #at(layers: readonly Layer[]): PipelineNode {
    const [first] = layers;
    if (first?.node.tag !== REFERENCE) return new PipelineNode(layers, this.#references, this.#depth);
    const path = first.node.items().map(({ text }) => text ?? '');
    const nothing = new PipelineNode([{ ...first, node: first.node.get('') }], this.#references);
    return this.#references.resolve(path, first, this.#depth + 1) ?? nothing;
  }
}

function hasKey(node: SourceNode, key: string): boolean {
  return node.entries().some(([name]) => name === key);
}

const INPUT = /\$\[\[\s*inputs\.([\w-]+)\s*\]\]/g;

/** Substitutes `$[[ inputs.NAME ]]`. Unknown inputs stay. */
function fillInputs(text: string, inputs: Inputs): string {
  return text.replace(INPUT, (whole, name: string) => inputs.get(name) ?? whole);
}

/** The deepest nesting of references that GitLab allows. */
const MAX_DEPTH = 10;

/**
 * Creates the resolver of references.
 * @param jobOf returns a job with what it extends; undefined if there is none
 * @param report called for a reference without a value
 */
export function createReferences(
  jobOf: (name: string) => PipelineNode | undefined,
  report: (at: Layer, message: string) => void,
): References {
  let resolved = 0;
  let isTooDeep = false;
  return {
    resolve([name = '', ...keys], at, depth) {
      if (++resolved > MAX_RESOLVED)
        throw new PlanLimitError(`More than ${MAX_RESOLVED} references in one pipeline`);
      const path = [name, ...keys].join(', ');
      if (depth === 1) isTooDeep = false;
      if (depth > MAX_DEPTH) {
        isTooDeep = true;
        report(at, `A reference that contains itself, or is more than ${MAX_DEPTH} deep: ${path}`);
        return undefined;
      }
      const job = jobOf(name);
      const deeper = job && new PipelineNode(job.layers, this, depth);
      const found = keys.reduce<PipelineNode | undefined>((node, key) => node?.get(key), deeper);
      if (found && found.kind !== 'nothing') return found;
      if (!isTooDeep) report(at, `A reference to a value that is not in the plan: ${path}`);
      return undefined;
    },
  };
}

import {
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import type { ObjectIndex } from './object-index.ts';
import type { RunningPods } from './running-pods.ts';

/** Options of the readers of Kubernetes objects. */
export interface ManifestOptions extends ReadOptions {
  readonly file: string;
  /** The relations of the objects of the whole plan. */
  readonly index: ObjectIndex;
  /** Collects running pods. Undefined: the files are manifests. */
  readonly running: RunningPods | undefined;
}

/** Collects the workloads of an object that is read step by step, such as a workflow. */
export class ObjectReading {
  readonly basket: ImageCollection;
  readonly file: string;
  readonly #kind: string;
  readonly #name: string;
  readonly #workloads: Workload[] = [];

  constructor(object: SourceNode, name: string, { file, budget }: ManifestOptions) {
    this.basket = emptyCollection(budget);
    this.file = file;
    this.#kind = quoteForeign(object.get('kind').text ?? '');
    this.#name = name;
  }

  /** Adds a workload of one pod with the images that `collect` adds to the basket; none if it adds no image. */
  addPod(step: string, collect: () => void): void {
    const first = this.basket.uses.length;
    collect();
    const uses = this.basket.uses.slice(first);
    if (uses.length === 0) return;
    const name = step === '' ? this.#name : `${this.#name}/${quoteForeign(step)}`;
    const copies = { pods: exactly(1), spread: { kind: 'free' }, place: 'cluster' } as const;
    this.#workloads.push({ source: 'kubernetes', kind: this.#kind, name, copies, uses });
  }

  /** Adds a problem at the place of a node. */
  report({ line, column }: SourceNode, message: string): void {
    this.basket.problems.push({ file: this.file, line, column, message: quoteForeign(message) });
  }

  /** Returns what was collected. */
  finish(): DocumentReading {
    const { problems, passive } = this.basket;
    return { workloads: this.#workloads, problems, passive };
  }
}

/** Returns the name of an object for the user, with its namespace if it has one: `shop/web`. */
export function displayName(object: SourceNode): string {
  const metadata = object.get('metadata');
  const name = metadata.get('name').text ?? metadata.get('generateName').text ?? '';
  const namespace = metadata.get('namespace').text;
  return quoteForeign(namespace === undefined ? name : `${namespace}/${name}`);
}

import type { ImageCollection, SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';

/** The most jobs that a job may extend, directly or indirectly. GitLab follows eleven levels. */
const MAX_PARENTS = 30;

/** A pipeline that is being read, and where its images and problems are collected. */
export interface PipelineReading {
  readonly basket: ImageCollection;
  readonly file: string;
  readonly options: ReadOptions;
  readonly document: SourceNode;
  /** Returns the variables that a part defines itself. */
  readonly variablesOf: (part: Part) => ReadonlyMap<string, string>;
}

/** A part of the pipeline that a job inherits from. `name` is its key, empty for the pipeline itself. */
interface Part {
  readonly name: string;
  readonly node: SourceNode;
}

/**
 * Returns a job and the jobs that it extends, the nearest first, each once (https://docs.gitlab.com/ci/yaml/#extends). A
 * cycle and a job that extends too many are problems; the chain of the latter is cut.
 */
export function withParents(
  job: Part,
  { basket, file, document }: PipelineReading,
): { readonly parts: readonly Part[]; readonly isWhole: boolean } {
  const parts: Part[] = [];
  const seen = new Set<string>();
  const path = new Set<string>();
  let problem: string | undefined;
  let isWhole = true;

  function visit(part: Part): void {
    if (path.has(part.name)) problem ??= `A job extends itself: ${part.name}`;
    if (seen.has(part.name)) return;
    if (parts.length > MAX_PARENTS) {
      problem = `A job extends more than ${MAX_PARENTS} others; it is not counted`;
      isWhole = false;
      return;
    }
    seen.add(part.name);
    path.add(part.name);
    parts.push(part);
    const parents = part.node.get('extends');
    const names = parents.kind === 'list' ? parents.items().map(({ text }) => text) : [parents.text];
    for (const name of names.toReversed()) {
      if (!isWhole) break;
      if (name !== undefined) visit({ name, node: document.get(name) });
    }
    path.delete(part.name);
  }

  visit(job);
  if (problem !== undefined) {
    const { line, column } = job.node.get('extends');
    basket.problems.push({ file, line, column, message: quoteForeign(problem) });
  }
  return { parts, isWhole };
}

/** Creates a function that reads the variables of a part, and caches them for all jobs that inherit it. */
export function createVariableReader(): PipelineReading['variablesOf'] {
  const known = new Map<string, ReadonlyMap<string, string>>();
  return ({ name, node }) => {
    const before = known.get(name);
    if (before) return before;
    const found = new Map<string, string>();
    for (const [key, value] of node.get('variables').entries()) {
      const text = value.text ?? value.get('value').text;
      if (text !== undefined) found.set(key, text);
    }
    known.set(name, found);
    return found;
  };
}

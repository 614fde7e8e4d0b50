import { data } from '@actions/expressions';
import type { SourceNode } from '../../../domain/pull-cost/collect-images.ts';
import { arrayOf, type Scope, textOf, toValue, UnknownValue, type Value } from './expressions.ts';

/** One run of a job: the values of its matrix by name. */
export type MatrixRun = data.Dictionary;

/** The most jobs that GitHub starts for one matrix. */
const MAX_RUNS = 256;
/** The most values of one matrix that are read. */
const MAX_VALUES = 1_000;
const KEYWORDS: ReadonlySet<string> = new Set(['include', 'exclude']);

/** The runs of a job, or the reason why they are not known. */
export type MatrixRuns = readonly MatrixRun[] | { readonly problem: string };

/**
 * Returns the runs of a job with a matrix
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix).
 */
export function matrixRuns(matrix: SourceNode, scope: Scope): MatrixRuns {
  if (matrix.kind === 'nothing') return [new data.Dictionary()];
  if (countNodes(matrix, MAX_VALUES) > MAX_VALUES) return { problem: TOO_LARGE };
  const value = toValue(matrix, scope);
  if (countValues(value, MAX_VALUES) > MAX_VALUES) return { problem: TOO_LARGE };
  const entries = value.kind === data.Kind.Dictionary ? value.pairs() : [];
  if ([value, ...entries.map((entry) => entry.value)].some((part) => part instanceof UnknownValue)) {
    return { problem: 'A matrix that is computed while the workflow runs; counted as one job' };
  }
  if (value.kind !== data.Kind.Dictionary || entries.some((entry) => entry.value.kind !== data.Kind.Array)) {
    return { problem: 'A matrix must be a map of lists; counted as one job' };
  }
  const axes = entries.filter(({ key }) => !KEYWORDS.has(key));
  const all = axes.reduce(combine, [new data.Dictionary()]);
  const excluded = itemsOf(value.get('exclude'));
  const runs = axes.length === 0 ? [] : all.filter((run) => !excluded.some((entry) => agrees(entry, run)));
  return includeEntries(runs, itemsOf(value.get('include')), axes).slice(0, MAX_RUNS);
}

const TOO_LARGE = `A matrix of more than ${MAX_VALUES} values; counted as one job`;

/** Counts the values below a node. Stops above `limit`. */
function countNodes(node: SourceNode, limit: number): number {
  let count = 1;
  for (const inner of [...node.items(), ...node.entries().map(([, value]) => value)]) {
    if (count > limit) break;
    count += countNodes(inner, limit - count);
  }
  return count;
}

function countValues(value: Value, limit: number): number {
  let count = 1;
  if (value.kind !== data.Kind.Array && value.kind !== data.Kind.Dictionary) return count;
  for (const inner of value.values()) {
    if (count > limit) break;
    count += countValues(inner, limit - count);
  }
  return count;
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === data.Kind.Array ? value.values() : [];
}

function combine(runs: readonly MatrixRun[], { key, value }: { key: string; value: Value }): MatrixRun[] {
  const combined: MatrixRun[] = [];
  for (const run of runs) {
    for (const item of itemsOf(value)) {
      if (combined.length === MAX_RUNS) return combined;
      combined.push(withEntries(run, [{ key, value: item }]));
    }
  }
  return combined;
}

/** Returns a copy of a run with entries added or replaced. */
function withEntries(run: MatrixRun, entries: readonly { key: string; value: Value }[]): MatrixRun {
  const names = new Set(entries.map(({ key }) => key.toLowerCase()));
  const changed = run.pairs().map(({ key, value }) => {
    const entry = names.has(key.toLowerCase())
      ? entries.find((other) => sameName(other.key, key))
      : undefined;
    return { key, value: entry?.value ?? value };
  });
  // Names that exist are ignored.
  return new data.Dictionary(...changed, ...entries);
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Applies `include`. An entry extends the runs whose values it does not change; otherwise it is a run of its own. */
function includeEntries(
  runs: readonly MatrixRun[],
  include: readonly Value[],
  axes: readonly { readonly key: string }[],
): readonly MatrixRun[] {
  const added: MatrixRun[] = [];
  const joined = runs.map((run) => ({ run, extended: run }));
  for (const entry of include) {
    if (entry.kind !== data.Kind.Dictionary) continue;
    const ofAxes = entry.pairs().filter(({ key }) => axes.some((axis) => sameName(axis.key, key)));
    const agreeing = joined.filter(({ run }) => agrees(new data.Dictionary(...ofAxes), run));
    if (agreeing.length === 0) added.push(entry);
    for (const item of agreeing) item.extended = withEntries(item.extended, entry.pairs());
  }
  return [...joined.map(({ extended }) => extended), ...added];
}

/** Reports whether a value contains all values of an entry of `include` or `exclude`. Texts are compared without case. */
function agrees(entry: Value, value: Value | undefined): boolean {
  if (!value) return false;
  if (entry.kind === data.Kind.Dictionary) {
    return (
      value.kind === data.Kind.Dictionary &&
      entry.pairs().every(({ key, value: inner }) => agrees(inner, value.get(key)))
    );
  }
  if (entry.kind === data.Kind.Array) {
    const items = itemsOf(value);
    return (
      value.kind === data.Kind.Array &&
      items.length === entry.values().length &&
      entry.values().every((item, i) => agrees(item, items[i]))
    );
  }
  return value.primitive && sameName(textOf(entry), textOf(value));
}

/** The longest label of a run, in characters. */
const MAX_LABEL_LENGTH = 200;

/** Formats the values of a run, cut to the length of a label. */
export function labelOf(run: MatrixRun): string {
  let label = '';
  const left: Value[] = [arrayOf(run.values())];
  for (let value = left.shift(); value && label.length <= MAX_LABEL_LENGTH; value = left.shift()) {
    if (value.kind === data.Kind.Array || value.kind === data.Kind.Dictionary)
      left.unshift(...value.values());
    else label += `${label === '' ? '' : ', '}${textOf(value).slice(0, MAX_LABEL_LENGTH)}`;
  }
  return label.slice(0, MAX_LABEL_LENGTH);
}

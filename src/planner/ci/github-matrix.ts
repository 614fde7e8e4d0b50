import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';

/** One run of a job: the values of its matrix, by dotted name. */
export type MatrixValues = ReadonlyMap<string, string>;

/** The most jobs that GitHub starts for one matrix. */
const MAX_RUNS = 256;
/** The most values of one matrix that are read. */
export const MAX_VALUES = 1_000;

/**
 * Returns the runs of a job with a matrix
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix).
 * @returns undefined if the matrix is computed while the workflow runs, or is too large
 */
export function matrixRuns(matrix: SourceNode): readonly MatrixValues[] | undefined {
  if (matrix.kind === 'nothing') return [new Map()];
  if (matrix.kind !== 'map' || isLargeMatrix(matrix)) return undefined;
  const axes = matrix.entries().filter(([name]) => name !== 'include' && name !== 'exclude');
  if (axes.some(([, values]) => values.kind !== 'list')) return undefined;
  const excluded = matrix
    .get('exclude')
    .items()
    .map((entry) => flatten(entry));
  const all = axes.reduce<MatrixValues[]>(combine, [new Map()]);
  const runs = axes.length === 0 ? [] : all.filter((run) => !excluded.some((entry) => agrees(entry, run)));
  const names = new Set(axes.map(([name]) => name));
  return includeEntries(runs, matrix.get('include'), names).slice(0, MAX_RUNS);
}

/** Reports whether a matrix has more values than are read. */
export function isLargeMatrix(matrix: SourceNode): boolean {
  return countValues(matrix, MAX_VALUES) > MAX_VALUES;
}

/** Counts the scalar values below a node. Stops above `limit`. */
function countValues(node: SourceNode, limit: number): number {
  if (node.text !== undefined) return 1;
  let count = 1;
  for (const inner of [...node.items(), ...node.entries().map(([, value]) => value)]) {
    if (count > limit) break;
    count += countValues(inner, limit - count);
  }
  return count;
}

function combine(
  runs: readonly MatrixValues[],
  [name, values]: readonly [string, SourceNode],
): MatrixValues[] {
  const flat = values.items().map((value) => flatten(value, name));
  const combined: MatrixValues[] = [];
  for (const run of runs) {
    for (const value of flat) {
      if (combined.length === MAX_RUNS) return combined;
      combined.push(new Map([...run, ...value]));
    }
  }
  return combined;
}

/** Applies `include`. An entry extends the runs whose values it does not change; otherwise it is a run of its own. */
function includeEntries(
  runs: readonly MatrixValues[],
  include: SourceNode,
  axes: ReadonlySet<string>,
): readonly MatrixValues[] {
  const added: MatrixValues[] = [];
  const joined = runs.map((run) => ({ run, values: new Map(run) }));
  for (const entry of include.items().map((item) => flatten(item))) {
    const ofAxes = new Map([...entry].filter(([name]) => axes.has(name.split('.')[0] ?? name)));
    const agreeing = joined.filter(({ run }) => agrees(ofAxes, run));
    if (agreeing.length === 0) added.push(entry);
    for (const { values } of agreeing) for (const [name, value] of entry) values.set(name, value);
  }
  return [...joined.map(({ values }) => values), ...added];
}

function agrees(entry: MatrixValues, run: MatrixValues): boolean {
  return [...entry].every(([name, value]) => run.get(name) === value);
}

function flatten(node: SourceNode, prefix = ''): Map<string, string> {
  if (node.text !== undefined) return new Map([[prefix, node.text]]);
  return new Map(
    node.entries().flatMap(([key, value]) => [...flatten(value, prefix === '' ? key : `${prefix}.${key}`)]),
  );
}

import type { SourceNode } from '../../domain/pull-cost/source-node.ts';

/** One run of a job: the values of its matrix, by dotted name. */
export type MatrixValues = ReadonlyMap<string, string>;

/** GitHub starts no more jobs than this of one matrix. */
const MAX_RUNS = 256;

/**
 * The runs of a job with a matrix
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix).
 * @returns undefined for a matrix that is made while the workflow runs
 */
export function matrixRuns(matrix: SourceNode): readonly MatrixValues[] | undefined {
  if (matrix.kind === 'nothing') return [new Map()];
  if (matrix.kind !== 'map') return undefined;
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

function combine(
  runs: readonly MatrixValues[],
  [name, values]: readonly [string, SourceNode],
): MatrixValues[] {
  return runs
    .flatMap((run) => values.items().map((value) => new Map([...run, ...flatten(value, name)])))
    .slice(0, MAX_RUNS);
}

/** An entry joins the runs whose values it does not change; one that joins none is a run of its own. */
function includeEntries(
  runs: readonly MatrixValues[],
  include: SourceNode,
  axes: ReadonlySet<string>,
): readonly MatrixValues[] {
  const added: MatrixValues[] = [];
  let joined = [...runs];
  for (const entry of include.items().map((item) => flatten(item))) {
    const ofAxes = new Map([...entry].filter(([name]) => axes.has(name.split('.')[0] ?? name)));
    const isJoining = runs.some((run) => agrees(ofAxes, run));
    if (!isJoining) added.push(entry);
    joined = joined.map((run) => (agrees(ofAxes, run) ? new Map([...run, ...entry]) : run));
  }
  return [...joined, ...added];
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

import { countAt } from '../../../domain/pull-cost/collect-images.ts';
import type { Layer, PipelineNode } from './pipeline-node.ts';

/** The most copies of one job that GitLab starts (https://docs.gitlab.com/ci/yaml/#parallel). */
const MAX_PARALLEL = 200;

/** The variables of one run of a parallel matrix. */
export type Run = ReadonlyMap<string, string>;

/** Counts the runs with the same images. */
export function groupRuns(runs: readonly Run[], images: (run: Run) => readonly (string | undefined)[]) {
  const groups = new Map<string, { count: number; readonly texts: readonly (string | undefined)[] }>();
  for (const run of runs) {
    const texts = images(run);
    const key = JSON.stringify(texts);
    const group = groups.get(key) ?? { count: 0, texts };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Returns the runs of a job. Reports more than GitLab starts. */
export function parallelRuns(
  parallel: PipelineNode | undefined,
  report: (at: Pick<Layer, 'file' | 'node'>, message: string) => void,
): readonly Run[] {
  if (!parallel) return [new Map()];
  const count = countAt(parallel);
  const matrix = parallel.get('matrix').items();
  const runs =
    count === undefined
      ? matrix.flatMap(matrixRuns)
      : Array<Run>(Math.min(count, MAX_PARALLEL + 1)).fill(new Map());
  if (runs.length > MAX_PARALLEL) {
    report(
      { file: parallel.file, node: parallel },
      `GitLab starts no more than ${MAX_PARALLEL} copies of a job`,
    );
  }
  return runs.length === 0 ? [new Map()] : runs.slice(0, MAX_PARALLEL);
}

/** Returns the combinations of one entry of a matrix, at most one more than GitLab starts. */
function matrixRuns(entry: PipelineNode): readonly Run[] {
  let runs: Run[] = [new Map()];
  for (const [name, node] of entry.entries()) {
    const values = node.kind === 'list' ? node.items().map(({ text = '' }) => text) : [node.text ?? ''];
    runs = runs
      .slice(0, MAX_PARALLEL + 1)
      .flatMap((run) => values.map((value) => new Map([...run, [name, value]])));
  }
  return runs.slice(0, MAX_PARALLEL + 1);
}

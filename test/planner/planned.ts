import { formatImageReference } from '../../src/domain/image-reference.ts';
import type { Copies } from '../../src/domain/pull-cost/workload.ts';
import { type ReadFiles, readPlanFiles } from '../../src/planner/plan-files.ts';
import type { ReadOptions } from '../../src/planner/source-file.ts';

/** Reads files as a plan does; the name of a single text is `a.yml`. */
export function readFiles(
  files: string | Readonly<Record<string, string>>,
  { isFromFolder = false, ...options }: Partial<ReadOptions> & { readonly isFromFolder?: boolean } = {},
): ReadFiles {
  const named = typeof files === 'string' ? { 'a.yml': files } : files;
  return readPlanFiles(
    Object.entries(named).map(([name, text]) => ({ name, text, isFromFolder })),
    {
      variables: new Map(),
      profiles: new Set(),
      target: undefined,
      platforms: ['linux/amd64'],
      ignoredKinds: new Set(),
      ignoredActions: new Set(),
      ...options,
    },
  );
}

/** Every image that was found: `4:12 web docker.io/library/nginx:1`. */
export function imagesIn({ workloads }: ReadFiles): string[] {
  return workloads.flatMap(({ uses }) =>
    uses.map(
      ({ line, column, container, reference }) =>
        `${line}:${column} ${container} ${formatImageReference(reference)}`,
    ),
  );
}

/** What was left out: `a.yml:4:12: Not YAML`. */
export function problemsIn({ problems }: ReadFiles): string[] {
  return problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

/** How often the only workload starts, and where. */
export function copiesIn(read: ReadFiles): Copies {
  const [workload, second] = read.workloads;
  if (!workload || second) throw new Error(`Not one workload: ${read.workloads.length}`);
  return workload.copies;
}

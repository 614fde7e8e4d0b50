import type { CostOptions } from './domain/pull-cost/count-pulls.ts';
import { joinReadings } from './domain/pull-cost/found-image.ts';
import { makePlan, type Plan } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import type { FileReading, PlanProblem } from './domain/pull-cost/workload.ts';
import { isManifest, readManifest } from './kubernetes/read-manifest.ts';
import { type DocumentReader, MAX_FILE_BYTES, readSource } from './planner/read-source.ts';
import type { ReadOptions, SourceFile } from './planner/source-file.ts';

/** What the files of a plan hold. */
export interface ReadFiles extends FileReading {
  /** The names of files that are none that plans are made of. */
  readonly unrecognised: readonly string[];
}

/** Everything a plan is made of. */
export interface PlanFilesRequest {
  readonly read: ReadFiles;
  readonly options: CostOptions;
  /** The bucket that it is to draw on, then those of other credentials; none: only count. */
  readonly buckets: readonly PlanBucket[];
}

const KUBERNETES: DocumentReader = {
  accepts: isManifest,
  read: (document, file, { ignoredKinds }) => readManifest(document, { file, ignoredKinds }),
};

/** Reads all files of a plan, whatever they are. */
export function readPlanFiles(
  files: readonly SourceFile[],
  options: Omit<ReadOptions, 'hasFile'>,
): ReadFiles {
  const names = files.map(({ name }) => name.replace(/^\.\//, ''));
  const hasFile = (suffix: string) => names.some((name) => name === suffix || name.endsWith(`/${suffix}`));
  const readings = files.map((file) => {
    const size = Buffer.byteLength(file.text);
    if (size > MAX_FILE_BYTES) return { ...tooLarge(file.name, size), isUnrecognised: false };
    const reading = readSource(file, { ...options, hasFile }, [KUBERNETES]);
    return { ...reading, problems: reading.problems.toSorted(byPlace) };
  });
  return {
    ...joinReadings(readings),
    unrecognised: files.filter((_, i) => readings[i]?.isUnrecognised).map(({ name }) => name),
  };
}

/** A plan of files, as of `now` (milliseconds since the epoch). */
export function planFiles({ read, options, buckets }: PlanFilesRequest, now: number): Plan {
  return makePlan(read, options, buckets, now);
}

function byPlace(a: PlanProblem, b: PlanProblem): number {
  return a.line - b.line || a.column - b.column;
}

/** A file that is too long to be read. */
export function tooLarge(file: string, bytes: number): FileReading {
  const megabytes = Math.ceil(bytes / 1_048_576);
  const message = `Too large: ${megabytes} MiB. Allowed: ${MAX_FILE_BYTES / 1_048_576} MiB`;
  const problem: PlanProblem = { file, line: 1, column: 1, message };
  return { workloads: [], problems: [problem] };
}

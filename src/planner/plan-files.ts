import { createReadingBudget, MAX_PROBLEMS } from '../domain/pull-cost/collect-images.ts';
import type { FileReading, PlanProblem } from '../domain/pull-cost/workload.ts';
import { createObjectIndex, type ObjectIndex } from './kubernetes/object-index.ts';
import { isManifest, readManifest } from './kubernetes/read-manifest.ts';
import { type DocumentReader, readSource } from './read-source.ts';
import type { ReadOptions, SourceFile } from './source-file.ts';

/** The workloads and problems of the files of a plan. */
export interface ReadFiles extends FileReading {
  /** The names of files of folders that have nothing to do with images. */
  readonly unrecognised: readonly string[];
}

/** Options of reading that are the same for all files. */
export type PlanReadOptions = Omit<ReadOptions, 'hasFile' | 'budget'>;

/** Creates the reader of the Kubernetes objects of one plan. */
function kubernetesReader(index: ObjectIndex): DocumentReader {
  return {
    accepts: isManifest,
    read: (document, file, options) => readManifest(document, { ...options, file, index }),
  };
}

/**
 * Reads all files of a plan, of every supported kind.
 * @param onFile called with the index of each file before it is read
 */
export function readPlanFiles(
  files: readonly SourceFile[],
  options: PlanReadOptions,
  onFile: (index: number) => void = () => undefined,
): ReadFiles {
  const names = files.map(({ name }) => `/${name.replace(/^\.\//, '')}`);
  const hasFile = (path: string) => {
    const suffix = `/${path}`;
    return names.some((name) => name.endsWith(suffix));
  };
  const budget = createReadingBudget();
  const index = createObjectIndex();
  const readers = [kubernetesReader(index)];
  const readings = files.map((file, i) => {
    onFile(i);
    const size = Buffer.byteLength(file.text);
    if (size > MAX_FILE_BYTES) return { ...tooLarge(file.name, size), isUnrecognised: false };
    const reading = readSource(file, { ...options, hasFile, budget }, readers);
    return { ...reading, problems: reading.problems.toSorted(byPlace) };
  });
  const settled = index.settle(readings.flatMap(({ workloads }) => workloads));
  const problems = [...readings.flatMap((reading) => reading.problems), ...settled.problems];
  return {
    workloads: settled.workloads,
    problems: firstProblems(problems),
    unrecognised: files.filter((_, i) => readings[i]?.isUnrecognised).map(({ name }) => name),
  };
}

/** Returns the first problems, and one that counts the others. */
function firstProblems(problems: readonly PlanProblem[]): readonly PlanProblem[] {
  const named = problems.slice(0, MAX_PROBLEMS);
  const next = problems[MAX_PROBLEMS];
  const message = `${problems.length - MAX_PROBLEMS} more problems are not listed`;
  return next ? [...named, { ...next, message }] : named;
}

function byPlace(a: PlanProblem, b: PlanProblem): number {
  return a.line - b.line || a.column - b.column;
}

/** The longest file that is read, in bytes (64 MiB). A document of it may have 10 MiB. */
export const MAX_FILE_BYTES = 64 * 1_024 * 1_024;

/** Returns the reading of a file that is larger than 64 MiB: one problem. */
export function tooLarge(file: string, bytes: number): FileReading {
  const megabytes = Math.ceil(bytes / 1_048_576);
  const message = `Too large: ${megabytes} MiB. Allowed: ${MAX_FILE_BYTES / 1_048_576} MiB`;
  const problem: PlanProblem = { file, line: 1, column: 1, message };
  return { workloads: [], problems: [problem] };
}

import { createReadingBudget, MAX_PROBLEMS } from '../domain/pull-cost/collect-images.ts';
import type { FileReading, PlanProblem, RunningCluster } from '../domain/pull-cost/workload.ts';
import { createFileIndex } from './file-index.ts';
import { createObjectIndex, type ObjectIndex } from './kubernetes/object-index.ts';
import { isManifest, readManifest } from './kubernetes/read-manifest.ts';
import { createRunningPods, type RunningPods } from './kubernetes/running-pods.ts';
import { type DocumentReader, readSource, type SourceReading } from './read-source.ts';
import type { FileIndex, ReadOptions, SourceFile } from './source-file.ts';

/** The workloads and problems of the files of a plan. */
export interface ReadFiles extends FileReading {
  /** The names of files of folders that have nothing to do with images. */
  readonly unrecognised: readonly string[];
  /** The cluster whose pods are restarted; undefined for other plans. */
  readonly cluster?: RunningCluster | undefined;
}

/** Options of reading that are the same for all files. */
export type PlanReadOptions = Omit<ReadOptions, keyof FileIndex | 'budget'>;

/** Creates the reader of the Kubernetes objects of one plan. */
function kubernetesReader(index: ObjectIndex, running: RunningPods | undefined): DocumentReader {
  return {
    accepts: isManifest,
    read: (document, file, options) => readManifest(document, { ...options, file, index, running }),
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
  const budget = createReadingBudget(options.disruption ? MAX_RUNNING_IMAGES : undefined);
  const common = { ...options, ...createFileIndex(files), budget };
  const index = createObjectIndex();
  const running = options.disruption && createRunningPods(options.disruption);
  const readers = [kubernetesReader(index, running)];
  const readings = files.map((file, i) => {
    onFile(i);
    const size = Buffer.byteLength(file.text);
    if (size > MAX_FILE_BYTES) return { ...tooLarge(file.name, size), ...NOTHING_USED };
    return readSource(file, common, readers);
  });
  const used = usedFiles(files, readings);
  const counted = readings.map(({ workloads, problems, parts }, i) => {
    const all = [{ workloads, problems }, ...(used.has(files[i]?.name ?? '') ? [] : parts)];
    return {
      workloads: all.flatMap((part) => part.workloads),
      problems: all.flatMap((part) => part.problems).toSorted(byPlace),
    };
  });
  const found = counted.flatMap(({ workloads }) => workloads);
  const settled = running
    ? running.disrupt(found, files[0]?.name ?? '')
    : { ...index.settle(found), cluster: undefined };
  const problems = [...counted.flatMap((reading) => reading.problems), ...settled.problems];
  return {
    workloads: settled.workloads,
    problems: firstProblems(problems),
    cluster: settled.cluster,
    unrecognised: files.filter((_, i) => readings[i]?.isUnrecognised).map(({ name }) => name),
  };
}

const NOTHING_USED = { isUnrecognised: false, parts: [], follows: [] };

/** The most images of running pods. They take less memory than manifests, and a cluster has many. */
const MAX_RUNNING_IMAGES = 100_000;

/** Returns the names of the files that another counted file uses. Of files that use each other the last one is counted. */
function usedFiles(files: readonly SourceFile[], readings: readonly SourceReading[]): ReadonlySet<string> {
  const users = new Map<string, Set<string>>();
  for (const [i, { follows }] of readings.entries()) {
    const user = files[i]?.name ?? '';
    for (const name of follows) if (name !== user) users.set(name, (users.get(name) ?? new Set()).add(user));
  }
  const used = new Set<string>();
  for (const [name, by] of users) if ([...by].some((user) => !used.has(user))) used.add(name);
  return used;
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

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createReadingBudget } from '../../../src/domain/pull-cost/collect-images.ts';
import { createFileIndex } from '../../../src/planner/file-index.ts';
import { readSource } from '../../../src/planner/read-source.ts';
import type { SourceFile } from '../../../src/planner/source-file.ts';
import { type Comparison, missingFrom, READ_OPTIONS } from '../comparison.ts';

/** A line of `resolve.py`. */
interface Answer {
  /** The folder of the repository. */
  readonly root: string;
  /** The path of the pipeline in it. */
  readonly path: string;
  /** Why the pipeline cannot be resolved; undefined if it can. */
  readonly error?: string;
  /** The images of all jobs as text, with variables expanded. */
  readonly images?: readonly string[];
  /** Images with variables without a value. */
  readonly unknown?: readonly string[];
  /** Includes that are not local files. */
  readonly unread?: readonly string[];
}

/**
 * Compares the images of all jobs of a pipeline. Images with unknown variables, and includes that are not read, must be reported. A
 * FILE of this comparison is a folder, a tab, and the path of a pipeline in it.
 */
export const gitlab: Comparison = {
  nameOf: (answer) => `${(answer as Answer).root}/${(answer as Answer).path}`,
  compare(answer) {
    const { root, path, error, images = [], unknown = [], unread = [] } = answer as Answer;
    if (error !== undefined) return { isRejected: true, isSilent: false, lines: [error] };
    const { found, problems } = readPipeline(root, path);
    const missing = missingFrom(found, images);
    const invented = missingFrom(images, found);
    const isUnclear = unknown.length > 0 || unread.length > 0;
    const isReported = problems.length > 0;
    if (missing.length === 0 && invented.length === 0 && (!isUnclear || isReported)) return undefined;
    return {
      isSilent: (missing.length > 0 || isUnclear) && !isReported,
      lines: [
        ...missing.map((text) => `missing: ${text}`),
        ...invented.map((text) => `invented: ${text}`),
        ...(isReported ? [] : [...unknown, ...unread].map((text) => `not reported: ${text}`)),
        ...problems.slice(0, 3).map((text) => `problem: ${text}`),
      ],
    };
  },
};

/** The YAML files of each folder. */
const folders = new Map<string, readonly SourceFile[]>();

/** Reads one pipeline; the other files of its repository are there to be included. */
function readPipeline(root: string, path: string) {
  const all =
    folders.get(root) ??
    filesIn(root).map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
  folders.set(root, all);
  const source = { name: path, text: readFileSync(join(root, path), 'utf8') };
  const files = [source, ...all.filter(({ name }) => name !== path)];
  const options = {
    ...READ_OPTIONS,
    profiles: new Set<string>(),
    ...createFileIndex(files),
    budget: createReadingBudget(),
  };
  const reading = readSource(source, options, []);
  const parts = [reading, ...reading.parts];
  const uses = parts
    .flatMap(({ workloads }) => workloads)
    .filter((workload) => workload.source === 'gitlab')
    .flatMap((workload) => workload.uses.map(({ text }) => text));
  return {
    found: [...new Set(uses)],
    problems: parts.flatMap(({ problems }) => problems).map(({ line, message }) => `${line}: ${message}`),
  };
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !entry.parentPath.includes('/.git/'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

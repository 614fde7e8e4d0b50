import { existsSync, readFileSync, statSync } from 'node:fs';
import { formatImageReference } from '../../../src/domain/image-reference.ts';
import { createReadingBudget } from '../../../src/domain/pull-cost/collect-images.ts';
import type { FileReading } from '../../../src/domain/pull-cost/workload.ts';
import { createFileIndex } from '../../../src/planner/file-index.ts';
import { readSource } from '../../../src/planner/read-source.ts';
import type { SourceFile } from '../../../src/planner/source-file.ts';
import { type Comparison, compareImages, READ_OPTIONS } from '../comparison.ts';

/** A line of the oracle in this folder, which loads Compose projects with compose-go. */
interface Answer {
  readonly file: string;
  /** Why compose-go rejects the project; undefined if it does not. */
  readonly err?: string;
  readonly imgs: readonly OracleImage[] | null;
}

interface OracleImage {
  readonly service: string;
  /** The reference in its full form; `!` and the text if it is invalid. */
  readonly ref: string;
}

/**
 * Compares the images that Compose pulls or tries to pull for each service of a project: its own, those of its volumes, of
 * `pre_start` and of its models. Images of builds are compared with BuildKit.
 */
export const compose: Comparison = {
  nameOf: (answer) => (answer as Answer).file,
  compare(answer) {
    const { file, err, imgs } = answer as Answer;
    const read = readProject(file);
    if (err !== undefined) {
      if (read.problems.length > 0) return undefined;
      return { isRejected: true, isSilent: false, lines: [err] };
    }
    const valid = (imgs ?? []).filter(({ ref }) => !ref.startsWith('!'));
    const invalid = (imgs ?? []).filter(({ ref }) => ref.startsWith('!'));
    const expected = new Set(valid.map(({ service, ref }) => `${service}: ${ref}`));
    const difference = compareImages(read, imagesOf(read), [...expected]);
    if (difference || invalid.length === 0 || read.problems.length > 0) return difference;
    return { isSilent: true, lines: invalid.map(({ ref }) => `not reported: ${ref.slice(1)}`) };
  },
};

/** Returns the image of each service, each once. */
function imagesOf({ workloads }: FileReading): readonly string[] {
  const pulled = workloads
    .filter(({ source }) => source === 'compose')
    .flatMap(({ name, uses }) =>
      uses
        .filter(({ policy }) => policy !== 'never')
        .map(({ reference }) => `${name}: ${formatImageReference(reference)}`),
    );
  return [...new Set(pulled)];
}

/** Reads a project as if all files of the disk were in the plan, as compose-go finds them. */
function readProject(name: string): FileReading {
  const findFile = (path: string): SourceFile | undefined =>
    existsSync(path) && statSync(path).isFile()
      ? { name: path, text: readFileSync(path, 'utf8') }
      : undefined;
  const file = { name, text: readFileSync(name, 'utf8') };
  const options = { ...READ_OPTIONS, ...createFileIndex([file]), findFile, budget: createReadingBudget() };
  const { workloads, problems, parts } = readSource(file, options, []);
  const all = [{ workloads, problems }, ...parts];
  return {
    workloads: all.flatMap((part) => part.workloads),
    problems: all.flatMap((part) => part.problems),
  };
}

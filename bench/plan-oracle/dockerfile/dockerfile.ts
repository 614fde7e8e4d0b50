import { formatImageReference } from '../../../src/domain/image-reference.ts';
import type { ImageUse } from '../../../src/domain/pull-cost/workload.ts';
import { type Comparison, compareImages, readAlone } from '../comparison.ts';

/** A line of the oracle in this folder, which converts Dockerfiles with BuildKit. */
interface Answer {
  readonly file: string;
  /** Why BuildKit rejects the file; undefined if it does not. */
  readonly err?: string;
  /** The image of `# syntax=`; undefined without one. */
  readonly syntax?: string;
  /** The images of the last stage. */
  readonly needed: readonly string[];
  /** The images of all stages. */
  readonly all: readonly string[] | null;
}

/** Compares the images of the last stage, those of all stages, and the frontend with what BuildKit asks for. */
export const dockerfile: Comparison = {
  nameOf: (answer) => (answer as Answer).file,
  compare(answer) {
    const { file, err, syntax, needed, all } = answer as Answer;
    const read = readAlone(file);
    const uses = read.workloads.flatMap((workload) => workload.uses);
    const images = uses.filter(({ role }) => role !== 'frontend');
    const frontends = uses.filter(({ role }) => role === 'frontend');
    if (err !== undefined) {
      if (read.problems.length > 0) return undefined;
      return { isRejected: true, isSilent: false, lines: [err] };
    }
    const expected = [
      ...needed.map((ref) => `${ref} of the last stage`),
      ...(all ?? []).map((ref) => `${ref} of any stage`),
      ...(syntax === undefined ? [] : [`${syntax} of the frontend`]),
    ];
    const actual = [
      ...namesOf(images.filter(({ isOptional }) => !isOptional)).map((ref) => `${ref} of the last stage`),
      ...namesOf(images).map((ref) => `${ref} of any stage`),
      ...namesOf(frontends).map((ref) => `${ref} of the frontend`),
    ];
    const difference = compareImages(read, actual, expected);
    if (difference || read.problems.length === 0) return difference;
    const lines = read.problems.map(({ line, message }) => `left out: ${line}: ${message}`);
    return { isSilent: false, lines };
  },
};

/** Returns the references in their full form, each once. */
function namesOf(uses: readonly ImageUse[]): readonly string[] {
  return [...new Set(uses.map(({ reference }) => formatImageReference(reference)))];
}

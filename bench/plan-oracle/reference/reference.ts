import { formatImageReference, parseImageReference } from '../../../src/domain/image-reference.ts';
import type { Comparison } from '../comparison.ts';

/** A line of the oracle in this folder, which parses references with distribution/reference. */
interface Answer {
  readonly text: string;
  /** The reference in its full form; empty if it is invalid. */
  readonly ref: string;
}

/** Compares the full form of each reference, and whether it is valid. */
export const reference: Comparison = {
  nameOf: (answer) => JSON.stringify((answer as Answer).text),
  compare(answer) {
    const { text, ref } = answer as Answer;
    const own = fullName(text);
    if (own === ref) return undefined;
    // A plan reports an invalid reference, so that no image is omitted without a problem.
    return { isSilent: false, lines: [`missing: ${ref || 'invalid'}`, `invented: ${own || 'invalid'}`] };
  },
};

/** Returns a reference in its full form; empty if it is invalid. */
function fullName(text: string): string {
  try {
    return formatImageReference(parseImageReference(text));
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

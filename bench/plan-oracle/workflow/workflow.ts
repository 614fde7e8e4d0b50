import { formatImageReference } from '../../../src/domain/image-reference.ts';
import { type Comparison, readAlone } from '../comparison.ts';

/** A line of the oracle in this folder, which parses workflows with actionlint. */
interface Answer {
  readonly file: string;
  readonly imgs: readonly { readonly Ref: string }[] | null;
}

/**
 * Compares the images of containers, services and `docker://` steps, each once. The oracle does not evaluate expressions: a
 * workflow with one may have any further image.
 */
export const workflow: Comparison = {
  nameOf: (answer) => (answer as Answer).file,
  compare(answer) {
    const { file, imgs } = answer as Answer;
    const { workloads, problems } = readAlone(file);
    const expected = new Set((imgs ?? []).map(({ Ref }) => Ref));
    const fixed = [...expected].filter((ref) => !ref.startsWith('!'));
    const images = workloads.flatMap(({ uses }) =>
      uses.map(({ reference }) => formatImageReference(reference)),
    );
    const actual = new Set(images);
    const missing = fixed.filter((ref) => !actual.has(ref));
    const invented = expected.size > fixed.length ? [] : [...actual].filter((ref) => !expected.has(ref));
    if (missing.length === 0 && invented.length === 0) return undefined;
    return {
      isSilent: missing.length > 0 && problems.length === 0,
      lines: [...missing.map((ref) => `missing: ${ref}`), ...invented.map((ref) => `invented: ${ref}`)],
    };
  },
};

import { parseImageReference } from '../../domain/image-reference.ts';
import { type KnownImage, type KnownImages, nameKey } from '../../domain/pull-cost/known-image.ts';
import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { SourceFile } from '../source-file.ts';

const DIGEST = /^sha(?:256|384|512):[0-9a-f]{64,128}$/;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;

/**
 * Reads what is known of images: a line each, with the reference and then, in any order, its digest, `index` or `single`,
 * platforms such as `linux/amd64`, and `exempt`. What follows a `#` is a comment.
 */
export function readKnownImages({ name: file, text }: SourceFile): {
  readonly known: KnownImages;
  readonly problems: readonly PlanProblem[];
} {
  const known = new Map<string, KnownImage>();
  const problems: PlanProblem[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [reference, ...words] = line
      .replace(/(?:^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    if (!reference) continue;
    try {
      known.set(nameKey(parseImageReference(reference)), readWords(words));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({ file, line: i + 1, column: 1, message: quoteForeign(error.message) });
    }
  }
  return { known, problems };
}

function readWords(words: readonly string[]): KnownImage {
  const isKnown = (word: string) =>
    DIGEST.test(word) || PLATFORM.test(word) || ['index', 'single', 'exempt'].includes(word);
  const stray = words.find((word) => !isKnown(word));
  if (stray !== undefined) {
    throw new SyntaxError(
      `Not known of an image: ${stray}. Allowed: a digest, index, single, exempt, and platforms such as linux/amd64`,
    );
  }
  const platforms = words.filter((word) => PLATFORM.test(word));
  const form = words.find((word) => word === 'index' || word === 'single');
  return {
    digest: words.find((word) => DIGEST.test(word)),
    form: form ?? (platforms.length > 1 ? 'index' : undefined),
    platforms,
    isExempt: words.includes('exempt'),
  };
}

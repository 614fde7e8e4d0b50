import { isOnDockerHub } from '../docker-hub-hosts.ts';
import { alternativeName } from './alternative-name.ts';
import type { ImageUse, TextRange } from './workload.ts';

/** A file with other names for its images. */
export interface Rewriting {
  /** The file, with everything but the references as it was. */
  readonly text: string;
  /** How many references were replaced. */
  readonly replaced: number;
  /** Docker Hub's images that keep their names, each with the reason: a clause. */
  readonly kept: readonly { readonly use: ImageUse; readonly reason: string }[];
}

/**
 * Replaces the references of Docker Hub's images by those of another registry, byte for byte nothing else.
 * @param uses all images of this file, those of other registries too
 */
export function rewriteReferences(text: string, uses: readonly ImageUse[], host: string): Rewriting {
  const replacements = new Map<number, { range: TextRange; name: string }>();
  const kept: Rewriting['kept'][number][] = [];
  for (const use of uses.filter(({ reference }) => isOnDockerHub(reference))) {
    const name = alternativeName(use.text, host);
    if (name === undefined) kept.push({ use, reason: `${host} does not have it` });
    else if (!use.range) kept.push({ use, reason: 'the name is put together from parts' });
    else replacements.set(use.range.start, { range: use.range, name });
  }
  const ordered = [...replacements.values()].sort((a, b) => a.range.start - b.range.start);
  let end = 0;
  const pieces = ordered.flatMap(({ range, name }) => {
    const before = text.slice(end, range.start);
    end = range.end;
    return [before, name];
  });
  return { text: pieces.join('') + text.slice(end), replaced: ordered.length, kept };
}

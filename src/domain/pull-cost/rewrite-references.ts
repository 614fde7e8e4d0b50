import { isOnDockerHub, parseImageReference } from '../image-reference.ts';
import type { ImageUse, TextRange } from './workload.ts';

/** Amazon's registry: of Docker Hub it has only the Docker Official Images. */
export const ECR_PUBLIC = 'public.ecr.aws';
/** Google's cache of Docker Hub. */
export const GCR_MIRROR = 'mirror.gcr.io';

/** Characters that only the repository's part of a reference can end with: a tag or a digest. */
const TAG_OR_DIGEST = /(?::[^/@]+)?(?:@.+)?$/;

/**
 * Returns the name of a Docker Hub image at another registry: `mirror.gcr.io/library/nginx:1.29` for `nginx:1.29`. Tag and digest
 * stay as they are written, there or not.
 * @param text the reference as written
 * @param host the registry, and a path there where it keeps Docker Hub: `harbor.example.com/hub`
 * @returns undefined when it is no image of Docker Hub, or the registry does not have it
 */
export function alternativeName(text: string, host: string): string | undefined {
  const reference = parseImageReference(text);
  if (!isOnDockerHub(reference)) return undefined;
  const isOfficial = reference.path.startsWith('library/');
  if (host === ECR_PUBLIC && !isOfficial) return undefined;
  const below = host === ECR_PUBLIC ? `${host}/docker` : host;
  // The first colon after the last slash begins the tag; a port stands before a slash.
  const suffix = TAG_OR_DIGEST.exec(text.slice(text.indexOf('/') + 1))?.[0] ?? '';
  return `${below}/${reference.path}${suffix}`;
}

/** A file with replaced image references. */
export interface Rewriting {
  /** The text of the file; only the references differ. */
  readonly text: string;
  /** The number of replaced references. */
  readonly replaced: number;
  /** The Docker Hub images that were not replaced, each with the reason: a clause. */
  readonly kept: readonly { readonly use: ImageUse; readonly reason: string }[];
}

/**
 * Replaces the references of Docker Hub images by those of another registry, and changes nothing else.
 * @param uses all images of this file, of any registry
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

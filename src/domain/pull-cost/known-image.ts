import type { ImageReference } from '../image-reference.ts';
import { isOnDockerHub } from '../image-reference.ts';

/** Facts about an image, from files of the user. */
export interface KnownImage {
  readonly digest: string | undefined;
  /** Whether its manifest is an index of several images, or one image. */
  readonly form: 'index' | 'single' | undefined;
  /** The platforms that it has images for; empty when unknown. */
  readonly platforms: readonly string[];
  /** Whether Docker Hub does not meter it: Verified Publishers and Docker-Sponsored Open Source. */
  readonly isExempt: boolean;
}

/** Facts about images by `nameKey()`. */
export type KnownImages = ReadonlyMap<string, KnownImage>;

/** Returns a key of an image by its name. All names of Docker Hub give the same key. */
export function nameKey(reference: ImageReference): string {
  const { domain, path, tag, digest } = reference;
  const host = isOnDockerHub(reference) ? 'docker.io' : domain;
  return `${host}/${path}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** Returns a key of an image by its digest if it is known, otherwise by its name. Two tags of one manifest have one key. */
export function contentKey(reference: ImageReference, known: KnownImages): string {
  const digest = reference.digest ?? known.get(nameKey(reference))?.digest;
  return nameKey(digest === undefined ? reference : { ...reference, digest });
}

/**
 * Returns whether an image is an index. Every tag of a Docker Official Image is one: they are published for several platforms
 * (https://github.com/docker-library/official-images#multiple-architectures). A digest may be that of one platform.
 */
export function formOf(reference: ImageReference, known: KnownImages): 'index' | 'single' | 'unknown' {
  const form = known.get(nameKey(reference))?.form;
  if (form !== undefined) return form;
  const isOfficial = isOnDockerHub(reference) && reference.path.startsWith('library/');
  return isOfficial && reference.digest === undefined ? 'index' : 'unknown';
}

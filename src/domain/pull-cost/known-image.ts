import type { ImageReference } from '../image-reference.ts';
import { isOnDockerHub } from '../image-reference.ts';

/** What is known of an image beside its name. */
export interface KnownImage {
  readonly digest: string | undefined;
  /** Whether its manifest is an index of several images, or one image. */
  readonly form: 'index' | 'single' | undefined;
  /** The platforms it has images for; empty: not known. */
  readonly platforms: readonly string[];
  /** Whether Docker Hub does not meter it: Verified Publishers and Docker-Sponsored Open Source. */
  readonly isExempt: boolean;
}

/** What is known of images, by `nameKey()`. */
export type KnownImages = ReadonlyMap<string, KnownImage>;

/** An image by its name: all names of Docker Hub are one. */
export function nameKey(reference: ImageReference): string {
  const { domain, path, tag, digest } = reference;
  const host = isOnDockerHub(reference) ? 'docker.io' : domain;
  return `${host}/${path}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** An image by its content, as far as that is known: two tags of one manifest are one image. */
export function contentKey(reference: ImageReference, known: KnownImages): string {
  const digest = reference.digest ?? known.get(nameKey(reference))?.digest;
  return nameKey(digest === undefined ? reference : { ...reference, digest });
}

/**
 * Whether an image is an index. Every tag of a Docker Official Image is one: they are published for several platforms
 * (https://github.com/docker-library/official-images#multiple-architectures). A digest may be that of one platform.
 */
export function formOf(reference: ImageReference, known: KnownImages): 'index' | 'single' | 'unknown' {
  const form = known.get(nameKey(reference))?.form;
  if (form !== undefined) return form;
  const isOfficial = isOnDockerHub(reference) && reference.path.startsWith('library/');
  return isOfficial && reference.digest === undefined ? 'index' : 'unknown';
}

import type { ImageStore, StoredManifest } from '../image-store.ts';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** What a client that does not take an index gets of it. */
const DEFAULT_PLATFORM = 'linux/amd64';

/**
 * The manifest a client gets for a tag. Docker's registry sends an index only to those who name its type; all others
 * (any type too) get the image for linux/amd64, if there is one. A digest is always what it names.
 */
export function negotiateManifest(
  images: ImageStore,
  repository: string,
  reference: string,
  accept: string | undefined,
): StoredManifest | undefined {
  const stored = images.manifest(repository, reference);
  if (!stored?.children || reference.includes(':') || acceptsIndex(accept)) return stored;
  const child = stored.children.find(({ platform }) => platform === DEFAULT_PLATFORM);
  return child ? images.manifest(repository, child.digest) : stored;
}

function acceptsIndex(accept: string | undefined): boolean {
  return accept !== undefined && INDEX_TYPES.some((type) => accept.includes(type));
}

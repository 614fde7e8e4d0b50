import { attestationEntry, buildAttestation, NO_PLATFORM } from './attestation.ts';
import { descriptorOf, jsonContentOf } from './content.ts';
import { buildImage, type Tree } from './image.ts';
import type { MediaTypes } from './media-types.ts';
import { formatPlatform, type Platform } from './platform.ts';

/**
 * Builds an image of several platforms: an OCI index or Docker's manifest list, and an image for each.
 * @param attested whether each image has an attestation, which BuildKit lists after the images
 */
export function buildIndex(
  name: string,
  platforms: readonly Platform[],
  types: MediaTypes,
  attested: boolean,
): Tree {
  const images = platforms.map((platform) => ({ platform, tree: buildImage(name, platform, types) }));
  const subjects = attested ? images.map(({ tree }) => tree.top) : [];
  const attestations = subjects.map((subject) => ({ subject, tree: buildAttestation(name, subject) }));
  const content = jsonContentOf(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...images.map(({ platform, tree }) => ({ ...descriptorOf(tree.top), platform })),
      ...attestations.map(({ subject, tree }) => attestationEntry(tree.top, subject)),
    ],
  });
  const children = [
    ...images.map(({ platform, tree }) => ({ digest: tree.top.digest, platform: formatPlatform(platform) })),
    ...attestations.map(({ tree }) => ({ digest: tree.top.digest, platform: formatPlatform(NO_PLATFORM) })),
  ];
  const trees = [...images, ...attestations].map(({ tree }) => tree);
  const top = { ...content, children };
  return {
    top,
    manifests: [top, ...trees.flatMap(({ manifests }) => manifests)],
    blobs: trees.flatMap(({ blobs }) => blobs),
  };
}

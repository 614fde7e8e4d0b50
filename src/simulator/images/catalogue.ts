import type { RepositoryTraits } from '../image-store.ts';

/** How an image is built. */
export type ImageShape =
  /** One platform in Docker's format, and no index. */
  | 'single'
  /** One platform in the OCI format, and no index. */
  | 'single-oci'
  /** Three Linux platforms under Docker's manifest list. */
  | 'multi'
  /** Three Linux platforms under an OCI index. */
  | 'multi-oci'
  /** The same with BuildKit's attestations, as most official images of 2026. */
  | 'attested'
  /** Two versions of Windows, and nothing for Linux. */
  | 'windows';

/** A repository of the simulated hub, and who may pull from it. Official images are not exempt. */
export interface CataloguedRepository extends RepositoryTraits {
  /** `library/nginx`. */
  readonly name: string;
  readonly images: readonly CataloguedImage[];
}

/** An image with the tags that point to it. */
export interface CataloguedImage {
  readonly tags: readonly string[];
  readonly shape: ImageShape;
}

/** The repositories that the simulated hub has. Every other one is missing. */
export const CATALOGUE: readonly CataloguedRepository[] = [
  official('alpine', 'multi-oci', ['3.22', 'latest'], ['3.21']),
  official('busybox', 'multi', ['1.37', 'latest']),
  official('nginx', 'attested', ['1.29', 'latest'], ['1.29-alpine', 'alpine']),
  official('node', 'attested', ['24', 'latest'], ['22'], ['24-alpine']),
  official('postgres', 'attested', ['18', 'latest'], ['17']),
  official('redis', 'attested', ['8', 'latest'], ['8-alpine']),
  official('ubuntu', 'multi-oci', ['24.04', 'latest'], ['22.04']),
  open('ratelimitpreview/test', 'single'),
  open('acme/tool', 'single-oci'),
  open('acme/windows', 'windows'),
  { ...open('acme/private', 'multi-oci'), visibility: 'private' },
  { ...open('publisher/agent', 'multi-oci'), exempt: true },
];

/** A Docker Official Image, with a group of tags for each of its images. */
function official(name: string, shape: ImageShape, ...tags: string[][]): CataloguedRepository {
  const images = tags.map((group) => ({ tags: group, shape }));
  return { name: `library/${name}`, visibility: 'public', exempt: false, images };
}

function open(name: string, shape: ImageShape): CataloguedRepository {
  return { name, visibility: 'public', exempt: false, images: [{ tags: ['latest'], shape }] };
}

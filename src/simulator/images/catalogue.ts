/** The images that the simulated hub serves. They are in memory and do not change while the simulator runs. */
export interface ImageStore {
  /** Returns visibility and metering of a repository; undefined if there is no such repository. */
  repository(name: string): RepositoryTraits | undefined;
  /** Returns a manifest by tag or digest; undefined if the repository has none. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** Returns a blob (a layer or a configuration) by its digest; undefined if the repository has none. */
  blob(repository: string, digest: string): Buffer | undefined;
  /** Returns the tags of a repository in alphabetical order; empty if there is no such repository. */
  tags(repository: string): readonly string[];
}

/** Visibility and metering of a repository. */
interface RepositoryTraits {
  /** `private`: only the account of its namespace and accounts that list the repository may pull. */
  readonly visibility: 'public' | 'private';
  /** True for verified publishers and sponsored open source: pulls are free, and responses have no limit headers. */
  readonly exempt: boolean;
}

/** A manifest of an image, an index or an attestation. */
export interface StoredManifest {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly body: Buffer;
  /** Entries of an index (a multi-architecture image), in order; undefined for anything else. */
  readonly children?: readonly IndexEntry[];
  /** True for an attestation, which is not counted `per-architecture`. */
  readonly isAttestation?: boolean;
}

/** One entry of an index. */
interface IndexEntry {
  readonly digest: string;
  /** `os/architecture[/variant]`, such as `linux/arm64/v8`; `unknown/unknown` for an attestation. */
  readonly platform: string;
}

/** Format and platforms of an image. */
export type ImageShape =
  /** One platform in Docker's format, and no index. */
  | 'single'
  /** One platform in the OCI format, and no index. */
  | 'single-oci'
  /** Three Linux platforms under Docker's manifest list. */
  | 'multi'
  /** Three Linux platforms under an OCI index. */
  | 'multi-oci'
  /** As `multi-oci`, with attestations by BuildKit, like most official images of 2026. */
  | 'attested'
  /** Two versions of Windows, without Linux. */
  | 'windows';

/** A repository of the simulated hub with its images. Official images are not exempt from limits. */
export interface CataloguedRepository extends RepositoryTraits {
  /** Such as `library/nginx`. */
  readonly name: string;
  readonly images: readonly CataloguedImage[];
}

/** An image with its tags. */
interface CataloguedImage {
  readonly tags: readonly string[];
  readonly shape: ImageShape;
}

/** The repositories of the simulated hub. Every other repository does not exist. */
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

/** Returns a Docker Official Image with one image for each group of tags. */
function official(name: string, shape: ImageShape, ...tags: string[][]): CataloguedRepository {
  const images = tags.map((group) => ({ tags: group, shape }));
  return { name: `library/${name}`, visibility: 'public', exempt: false, images };
}

function open(name: string, shape: ImageShape): CataloguedRepository {
  return { name, visibility: 'public', exempt: false, images: [{ tags: ['latest'], shape }] };
}

/** What the simulated hub serves. Everything is in memory and never changes while the simulator runs. */
export interface ImageStore {
  /** Who may pull a repository and whether its pulls are counted; undefined when there is no such repository. */
  repository(name: string): RepositoryTraits | undefined;
  /** A manifest by tag or by digest; undefined when the repository has none of that name. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** A blob (a layer or a configuration) by its digest; undefined when the repository has none. */
  blob(repository: string, digest: string): Buffer | undefined;
  /** The tags of a repository in alphabetical order; empty when there is no such repository. */
  tags(repository: string): readonly string[];
}

/** What a repository means for those who pull from it. */
interface RepositoryTraits {
  /** Private: only accounts of its namespace, or accounts it was opened to, may pull. */
  readonly visibility: 'public' | 'private';
  /** Verified publishers' and sponsored open-source repositories: pulls cost nothing, answers carry no limit. */
  readonly exempt: boolean;
}

/** A manifest as it is stored and sent. */
export interface StoredManifest {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly body: Buffer;
  /** The manifests of an index (a multi-architecture image), in its order; undefined for a single image. */
  readonly children?: readonly IndexEntry[];
  /** Whether it holds what was attested of an image, and no image: no architecture, as the documentation counts. */
  readonly isAttestation?: boolean;
}

/** One line of an index. */
interface IndexEntry {
  readonly digest: string;
  /** `os/architecture[/variant]`, such as `linux/arm64/v8`; `unknown/unknown` for an attestation. */
  readonly platform: string;
}

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
interface CataloguedImage {
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

import {
  CATALOGUE,
  type CataloguedRepository,
  type ImageShape,
  type ImageStore,
  type StoredManifest,
} from './catalogue.ts';
import { type Content, DOCKER, LINUX, LINUX_AMD64, OCI, WINDOWS } from './content.ts';
import { buildImage, buildIndex, type Tree } from './image.ts';

/** The contents of a repository. */
interface RepositoryContents {
  /** Tags in alphabetical order, as in `tags/list`. */
  readonly tags: readonly string[];
  /** By tag and by digest. */
  readonly manifests: ReadonlyMap<string, StoredManifest>;
  /** By digest. */
  readonly blobs: ReadonlyMap<string, Content>;
}

/** Builds all images of a repository, in a few milliseconds. */
function buildRepository({ name, images }: CataloguedRepository): RepositoryContents {
  const trees = images.map(({ tags, shape }) => ({ tags, tree: buildShape(`${name}:${tags[0]}`, shape) }));
  const byDigest = trees.flatMap(({ tree }) => tree.manifests.map((manifest) => entry(manifest)));
  const byTag = trees.flatMap(({ tags, tree }) => tags.map((tag) => [tag, tree.top] as const));
  return {
    tags: byTag.map(([tag]) => tag).sort(),
    manifests: new Map([...byDigest, ...byTag]),
    blobs: new Map(trees.flatMap(({ tree }) => tree.blobs.map((blob) => entry(blob)))),
  };
}

function buildShape(name: string, shape: ImageShape): Tree {
  switch (shape) {
    case 'single':
      return buildImage(name, LINUX_AMD64, DOCKER);
    case 'single-oci':
      return buildImage(name, LINUX_AMD64, OCI);
    case 'multi':
      return buildIndex(name, LINUX, DOCKER, false);
    case 'multi-oci':
      return buildIndex(name, LINUX, OCI, false);
    case 'attested':
      return buildIndex(name, LINUX, OCI, true);
    case 'windows':
      return buildIndex(name, WINDOWS, DOCKER, false);
  }
}

function entry<T extends Content>(content: T): readonly [string, T] {
  return [content.digest, content];
}

/**
 * Creates an image store for a catalogue, by default that of the simulated hub. Builds each repository at its first
 * use, in a few milliseconds.
 */
export function createCatalogueStore(catalogue: readonly CataloguedRepository[] = CATALOGUE): ImageStore {
  const repositories = new Map(catalogue.map((repository) => [repository.name, repository]));
  const built = new Map<string, RepositoryContents>();

  function contents(name: string): RepositoryContents | undefined {
    const known = built.get(name);
    const repository = repositories.get(name);
    if (known || !repository) return known;
    const fresh = buildRepository(repository);
    built.set(name, fresh);
    return fresh;
  }

  return {
    repository: (name) => repositories.get(name),
    manifest: (repository, reference) => contents(repository)?.manifests.get(reference),
    blob: (repository, digest) => contents(repository)?.blobs.get(digest)?.body,
    tags: (repository) => contents(repository)?.tags ?? [],
  };
}

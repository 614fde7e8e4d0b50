import type { StoredManifest } from '../image-store.ts';
import type { CataloguedRepository, ImageShape } from './catalogue.ts';
import type { Content } from './content.ts';
import { buildImage, type Tree } from './image.ts';
import { buildIndex } from './image-index.ts';
import { DOCKER, OCI } from './media-types.ts';
import { LINUX, LINUX_AMD64, WINDOWS } from './platform.ts';

/** The contents of a repository, ready to be asked for. */
export interface RepositoryContents {
  /** Tags in alphabetical order, as `tags/list` gives them. */
  readonly tags: readonly string[];
  /** By tag and by digest. */
  readonly manifests: ReadonlyMap<string, StoredManifest>;
  /** By digest. */
  readonly blobs: ReadonlyMap<string, Content>;
}

/** Builds all images of a repository: a few milliseconds. */
export function buildRepository({ name, images }: CataloguedRepository): RepositoryContents {
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

import type { ImageStore } from '../image-store.ts';
import { buildRepository, type RepositoryContents } from './build-repository.ts';
import { CATALOGUE, type CataloguedRepository } from './catalogue.ts';

/**
 * Serves the images of a catalogue, that of the simulated hub by default. Each repository is built when its images are
 * first asked for, which takes a few milliseconds.
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

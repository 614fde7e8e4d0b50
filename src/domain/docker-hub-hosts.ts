import type { ImageReference } from './image-reference.ts';

/** What Docker Hub is called in a reference. The other names below are those of its machines. */
const CANONICAL = 'docker.io';
/**
 * Hosts whose manifests Docker Hub meters as its own. Docker's library folds only `index.docker.io` into `docker.io`;
 * the others stand in manifests all the same. `hub.docker.com` is its website, not a registry.
 */
const MACHINES: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.docker.io',
  'registry.hub.docker.com',
]);

/** Whether an image is pulled from Docker Hub, whichever of its names the reference uses. */
export function isOnDockerHub({ domain }: ImageReference): boolean {
  // A machine's name is a host name, in which case does not matter; `docker.io` stands for one only as it is written.
  return domain === CANONICAL || MACHINES.has(domain.toLowerCase().replace(/:443$/, ''));
}

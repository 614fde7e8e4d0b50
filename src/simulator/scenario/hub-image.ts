import { parseImageReference } from '../../domain/image-reference.ts';
import type { Image } from './scenario.ts';

/** Reads an image of Docker Hub by its tag, `nginx:1.29` or `docker.io/acme/tool`; undefined for anything else. */
export function parseHubImage(value: unknown): Image | undefined {
  try {
    const { domain, path, tag, digest } = parseImageReference(String(value));
    const isHub = domain === 'docker.io' && tag !== undefined && digest === undefined;
    return isHub ? { repository: path, tag } : undefined;
  } catch {
    return undefined;
  }
}

/** An image as people write it: `nginx:1.29`. */
export function formatHubImage({ repository, tag }: Image): string {
  return `${repository.replace(/^library\//, '')}:${tag}`;
}

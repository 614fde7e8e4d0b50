import { isOnDockerHub } from '../docker-hub-hosts.ts';
import { parseImageReference } from '../image-reference.ts';

/** Where Amazon keeps the Docker Official Images, and nothing else of Docker Hub. */
export const ECR_PUBLIC = 'public.ecr.aws';
/** Google's cache of Docker Hub. */
export const GCR_MIRROR = 'mirror.gcr.io';

/** Characters that only the repository's part of a reference can end with: a tag or a digest. */
const TAG_OR_DIGEST = /(?::[^/@]+)?(?:@.+)?$/;

/**
 * The name of a Docker Hub image at another registry: `mirror.gcr.io/library/nginx:1.29` for `nginx:1.29`. Tag and digest
 * stay as they are written, there or not.
 * @param text the reference as written
 * @param host the registry, and a path there where it keeps Docker Hub: `harbor.example.com/hub`
 * @returns undefined when it is no image of Docker Hub, or the registry does not have it
 */
export function alternativeName(text: string, host: string): string | undefined {
  const reference = parseImageReference(text);
  if (!isOnDockerHub(reference)) return undefined;
  const isOfficial = reference.path.startsWith('library/');
  if (host === ECR_PUBLIC && !isOfficial) return undefined;
  const below = host === ECR_PUBLIC ? `${host}/docker` : host;
  // The first colon after the last slash begins the tag; a port stands before a slash.
  const suffix = TAG_OR_DIGEST.exec(text.slice(text.indexOf('/') + 1))?.[0] ?? '';
  return `${below}/${reference.path}${suffix}`;
}

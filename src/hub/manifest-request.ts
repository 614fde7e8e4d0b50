import { type ImageReference, manifestReference } from '../domain/image-reference.ts';
import type { Secret } from '../domain/secret.ts';
import type { HubRequest } from './exchange.ts';

/** Both kinds of index and of manifest; without them Docker Hub answers in formats of 2015. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks for the head of a manifest: that costs no pull, a GET would cost one
 * (https://docs.docker.com/docker-hub/usage/pulls/).
 */
export function manifestRequest(
  hub: URL,
  image: ImageReference,
  token: Secret | undefined,
  userAgent: string,
): HubRequest {
  const prefix = hub.pathname.replace(/\/+$/, '');
  const headers = { accept: ACCEPT, 'user-agent': userAgent };
  return {
    peer: `the hub at ${hub.host}`,
    method: 'HEAD',
    url: new URL(`${prefix}/v2/${image.path}/manifests/${manifestReference(image)}`, hub),
    headers: token ? { ...headers, authorization: `Bearer ${token.reveal()}` } : headers,
  };
}

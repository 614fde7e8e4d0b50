import { type ImageReference, MANIFEST_ACCEPT, manifestReference } from '../domain/image-reference.ts';
import type { Secret } from '../kit/secret.ts';
import type { HubRequest } from './exchange.ts';

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
  const headers = { accept: MANIFEST_ACCEPT, 'user-agent': userAgent };
  return {
    peer: `the hub at ${hub.host}`,
    method: 'HEAD',
    url: new URL(`${prefix}/v2/${image.path}/manifests/${manifestReference(image)}`, hub),
    headers: token ? { ...headers, authorization: `Bearer ${token.reveal()}` } : headers,
  };
}

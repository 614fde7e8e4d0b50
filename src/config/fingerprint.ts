import { createHash } from 'node:crypto';
import type { ImageReference } from '../domain/image-reference.ts';
import { formatImageReference } from '../domain/image-reference.ts';
import type { Route } from '../domain/route.ts';

/** What makes a credential the same one after its configuration is read again. */
export interface FingerprintParts {
  readonly hubUrl: URL;
  /** The user name, or the file that the login comes from; undefined for the anonymous one. */
  readonly login: string | undefined;
  readonly route: Route;
  readonly image: ImageReference;
}

/**
 * A hash that changes when a credential becomes another one. A new password is no change, be it the login's or the
 * proxy's: the bucket stays the same, and no hash of a password leaves this function.
 */
export function fingerprint({ hubUrl, login, route, image }: FingerprintParts): string {
  const { localAddress, ipFamily, proxyUrl } = route;
  const proxy = proxyUrl && new URL(proxyUrl.reveal());
  const parts = [
    hubUrl.origin,
    login ?? null,
    localAddress ?? null,
    ipFamily ?? null,
    proxy ? [`${proxy.protocol}//${proxy.host}`, proxy.username] : null,
    formatImageReference(image),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

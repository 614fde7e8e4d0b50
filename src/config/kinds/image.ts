import type { ImageReference } from '../../domain/image-reference.ts';
import { formatImageReference, parseImageReference } from '../../domain/image-reference.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** An image on Docker Hub: another hub's manifests say nothing of Docker's limit. */
export const hubImage: Kind<ImageReference> = scalarKind({
  noun: 'an image reference',
  allowed: 'an image on Docker Hub, such as nginx, acme/app:1.2 or docker.io/acme/app@sha256:…',
  parse(value, refuse) {
    if (typeof value !== 'string') return undefined;
    const image = parsed(value);
    return image && image.domain !== 'docker.io' ? refuse(`Not on Docker Hub but on ${image.domain}`) : image;
  },
  show: formatImageReference,
});

function parsed(value: string): ImageReference | undefined {
  try {
    return parseImageReference(value);
  } catch {
    return undefined;
  }
}

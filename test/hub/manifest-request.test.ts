import { describe, expect, test } from 'vitest';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import { manifestRequest } from '../../src/hub/manifest-request.ts';
import { Secret } from '../../src/kit/secret.ts';

const HUB = new URL('https://registry-1.docker.io');
const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('manifestRequest()', () => {
  // the hub | the image | what is asked for
  test.each([
    [
      'https://registry-1.docker.io',
      'nginx',
      'https://registry-1.docker.io/v2/library/nginx/manifests/latest',
    ],
    ['https://hub.test/docker/', 'a/b:1', 'https://hub.test/docker/v2/a/b/manifests/1'],
    ['https://hub.test', `a/b:1@${DIGEST}`, `https://hub.test/v2/a/b/manifests/${DIGEST}`],
  ])('asks %s for %s', (hub, image, url) => {
    expect(manifestRequest(new URL(hub), parseImageReference(image), undefined, 'ua').url.href).toBe(url);
  });

  test('is a HEAD that accepts indexes and manifests', () => {
    const { method, headers } = manifestRequest(
      HUB,
      parseImageReference('nginx'),
      undefined,
      'headroom/1.0.0',
    );

    expect(method).toBe('HEAD');
    expect(headers).toEqual({
      accept:
        'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      'user-agent': 'headroom/1.0.0',
    });
  });

  test('carries the token', () => {
    const { headers } = manifestRequest(HUB, parseImageReference('nginx'), new Secret('t0ken'), 'ua');

    expect(headers.authorization).toBe('Bearer t0ken');
  });
});

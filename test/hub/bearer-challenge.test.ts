import { describe, expect, test } from 'vitest';
import { findBearerChallenge } from '../../src/hub/bearer-challenge.ts';

describe('findBearerChallenge()', () => {
  test('gives realm, service, scope and error', () => {
    const header =
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull",error="invalid_token"';

    expect(findBearerChallenge(header)).toEqual({
      realm: new URL('https://auth.docker.io/token'),
      service: 'registry.docker.io',
      scope: 'repository:ratelimitpreview/test:pull',
      error: 'invalid_token',
    });
  });

  test('passes over other schemes and unusable realms', () => {
    const header = 'Basic realm="Hub", Bearer realm="not a url", Bearer realm="https://auth.docker.io/token"';

    expect(findBearerChallenge(header)?.realm.href).toBe('https://auth.docker.io/token');
  });

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['no Bearer challenge', 'Basic realm="Hub"'],
    ['no realm', 'Bearer service="registry.docker.io"'],
    ['a relative realm', 'Bearer realm="/token"'],
  ])('finds nothing in %s', (_, header) => {
    expect(findBearerChallenge(header)).toBeUndefined();
  });
});

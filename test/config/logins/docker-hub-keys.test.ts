import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dockerHubKeys } from '../../../src/config/logins/docker-hub-keys.ts';

describe('dockerHubKeys()', () => {
  test.each([
    'https://index.docker.io/v1/',
    'https://index.docker.io/v2/',
    'https://index.docker.io/v1',
    'http://index.docker.io',
    'index.docker.io',
    'index.docker.io/v1/',
    'docker.io',
    'DOCKER.IO',
    'https://docker.io',
    'docker.io/',
    'docker.io/acme',
    'registry-1.docker.io',
    'https://registry-1.docker.io/v2/',
    'registry.hub.docker.com',
    ' docker.io ',
  ])('knows %j', (key) => {
    expect(dockerHubKeys([key])).toEqual([key]);
  });

  test.each([
    'ghcr.io',
    'evildocker.io',
    'evil-docker.io',
    'docker.io.evil.com',
    'docker.io@evil.com',
    'user@docker.io',
    'evil.com/docker.io',
    'https://evil.com/https://index.docker.io/v1/',
    'docker.io:8443',
    'my.docker.io',
    'hub.docker.com',
    'auth.docker.io',
    'ftp://docker.io',
    'docker.io\\evil.com',
    'docker.io#evil.com',
    'docker.io?evil.com',
    '//docker.io',
    'docker.ıo',
    '',
  ])('does not take %j for Docker Hub', (key) => {
    expect(dockerHubKeys([key])).toEqual([]);
  });

  test('puts the usual first, and namespaces last', () => {
    const keys = [
      'docker.io/acme',
      'registry-1.docker.io',
      'ghcr.io',
      'docker.io',
      'https://index.docker.io/v1/',
    ];

    expect(dockerHubKeys(keys)).toEqual([
      'https://index.docker.io/v1/',
      'docker.io',
      'registry-1.docker.io',
      'docker.io/acme',
    ]);
  });

  test('takes no other host, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (noise) => {
        fc.pre(!/^(?:\s*|\s*https?:\/\/)$/i.test(noise));
        expect(dockerHubKeys([`${noise}x.docker.io`, `docker.io.${noise}`])).toEqual([]);
      }),
    );
  });
});

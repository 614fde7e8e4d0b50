import { describe, expect, test } from 'vitest';
import { createMask, maskHeader } from '../../../src/cli/diagnose/mask.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { login } from '../../hub/fixtures.ts';

describe('createMask()', () => {
  const mask = createMask([
    login('docker', 'p@ss word'),
    { kind: 'identity-token', token: new Secret('id-1') },
  ]);

  test.each([
    [
      'the user name as a word',
      '?account=docker&a=docker "Docker"',
      '?account=<user-name>&a=<user-name> "<user-name>"',
    ],
    ['no part of another word', 'docker-ratelimit-source docker.io', 'docker-ratelimit-source docker.io'],
    ['an account of another user', '/token?account=who&x=1', '/token?account=<user-name>&x=1'],
    ['a password as it is, and in a URL', 'p@ss word p%40ss%20word', '<secret> <secret>'],
    ['an identity token', 'id-1', '<secret>'],
    ['what looks like a secret', 'dckr_jti_abc', 'dckr_jti_<secret>'],
  ])('masks %s', (_what, text, masked) => {
    expect(mask(text)).toBe(masked);
  });
});

test('createMask() recognizes the user names of a configuration', () => {
  const yaml = 'credentials:\n  - name: ci\n    username: acmeci\n  - username: "a b"\n';
  expect(createMask([], yaml)('acmeci, a b, ci')).toBe('<user-name>, <user-name>, ci');
});

describe('maskHeader()', () => {
  test.each([
    ['Authorization', 'Basic abc', 'Authorization: Basic <secret>'],
    ['Proxy-Authorization', 'abc', 'Proxy-Authorization: <secret>'],
    ['Set-Cookie', 'a=1', 'Set-Cookie: <secret>'],
    ['X-Auth-Token', 'a', 'X-Auth-Token: <secret>'],
    ['X-Note', 'a\u001b[31mb', 'X-Note: a?[31mb'],
  ])('writes %s: %s', (name, value, written) => {
    expect(maskHeader(name, value, createMask([]))).toBe(written);
  });
});

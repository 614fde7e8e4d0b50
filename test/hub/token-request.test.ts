import { describe, expect, test } from 'vitest';
import { realmObjection, tokenRequest } from '../../src/hub/token-request.ts';
import { Secret } from '../../src/kit/secret.ts';

const DOCKER = 'https://registry-1.docker.io';

describe('realmObjection()', () => {
  // the realm | the hub | hub.allow_insecure
  test.each([
    ['https://auth.docker.io/token', DOCKER, false],
    ['https://auth.docker.io:8443/token', DOCKER, false],
    ['https://AUTH.DOCKER.IO/token', DOCKER, false],
    ['https://auth.hub.example/token', 'https://registry.hub.example', false],
    ['https://hub.internal:5000/token', 'https://hub.internal:5000', false],
    ['https://10.0.0.7:5000/token', 'https://10.0.0.7:5000', false],
    ['http://127.0.0.1:5429/token', 'http://127.0.0.1:5429', false],
    ['http://localhost:5429/token', 'http://localhost:5429', false],
    ['http://[::1]:5429/token', 'http://[::1]:5429', false],
    ['http://hub.test:5000/token', 'http://hub.test:5000', true],
    ['http://hub.test:5001/token', 'http://hub.test:5000', true],
  ])('has none to %s for %s', async (realm, hub, allowInsecure) => {
    expect(await realmObjection(new URL(realm), new URL(hub), allowInsecure)).toBeUndefined();
  });

  // the realm | the hub | hub.allow_insecure | the objection
  test.each([
    ['https://evil.example/token', DOCKER, false, 'evil.example does not belong to registry-1.docker.io'],
    [
      'https://docker.io.evil.example/token',
      DOCKER,
      false,
      'docker.io.evil.example does not belong to registry-1.docker.io',
    ],
    ['https://evildocker.io/token', DOCKER, true, 'evildocker.io does not belong to registry-1.docker.io'],
    ['http://auth.docker.io/token', DOCKER, false, 'the connection to auth.docker.io would not be encrypted'],
    [
      'http://registry-1.docker.io/token',
      DOCKER,
      true,
      'the connection to registry-1.docker.io would not be encrypted',
    ],
    ['https://user@auth.docker.io/token', DOCKER, false, 'it names a user'],
    ['ftp://auth.docker.io/token', DOCKER, false, 'its scheme is ftp, not https'],
    ['file:///etc/passwd', DOCKER, true, 'its scheme is file, not https'],
    [
      'https://evil.github.io/token',
      'https://hub.github.io',
      false,
      'evil.github.io does not belong to hub.github.io',
    ],
    ['https://other.co.uk/token', 'https://hub.co.uk', false, 'other.co.uk does not belong to hub.co.uk'],
    ['https://10.0.0.8/token', 'https://10.0.0.7', false, '10.0.0.8 does not belong to 10.0.0.7'],
    [
      'http://127.0.0.1:9/token',
      'http://127.0.0.1:5429',
      false,
      'the connection to 127.0.0.1:9 would not be encrypted',
    ],
    [
      'http://hub.test:5000/token',
      'http://hub.test:5000',
      false,
      'the connection to hub.test:5000 would not be encrypted',
    ],
    [
      'http://evil.test/token',
      'http://hub.test:5000',
      true,
      'the connection to evil.test would not be encrypted',
    ],
    [
      'http://127.0.0.1.evil.example/t',
      'http://127.0.0.1.evil.example',
      false,
      'the connection to 127.0.0.1.evil.example would not be encrypted',
    ],
  ])('objects to %s for %s', async (realm, hub, allowInsecure, objection) => {
    expect(await realmObjection(new URL(realm), new URL(hub), allowInsecure)).toBe(objection);
  });
});

const IMAGE = { domain: 'docker.io', path: 'ratelimitpreview/test', tag: 'latest', digest: undefined };
const CHALLENGE = {
  realm: new URL('https://auth.docker.io/token'),
  service: 'registry.docker.io',
  scope: 'repository:ratelimitpreview/test:pull',
  error: undefined,
};

function request(login?: Parameters<typeof tokenRequest>[2], challenge = CHALLENGE) {
  return tokenRequest(challenge, IMAGE, login, 'headroom/1.0.0');
}

describe('tokenRequest()', () => {
  test('is a GET without Authorization for an anonymous token', () => {
    const { method, url, headers, body } = request();

    expect({ method, url: url.href, headers, body }).toEqual({
      method: 'GET',
      url: 'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Aratelimitpreview%2Ftest%3Apull',
      headers: { accept: 'application/json', 'user-agent': 'headroom/1.0.0' },
      body: undefined,
    });
  });

  // user name | password
  test.each([
    ['acmeci', 'hunter2'],
    ['acmeci', 'a:b:c'],
    ['acmeci', 'pässwörd ✓ 🐳'],
    ['acmeci', '???>>>~~~'],
    ['acmeci', ' $@! '],
  ])('sends %s with %j by GET with Basic authentication', (username, password) => {
    const { method, headers, url } = request({ kind: 'password', username, password: new Secret(password) });

    const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ');
    expect([method, scheme]).toEqual(['GET', 'Basic']);
    expect(credentials).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(credentials, 'base64').toString('utf8')).toBe(`${username}:${password}`);
    expect(url.search).not.toContain(encodeURIComponent(password));
  });

  test('sends an identity token in the form of a POST only', () => {
    const { method, url, headers, body } = request({
      kind: 'identity-token',
      token: new Secret('identity+/='),
    });

    expect([method, url.href]).toEqual(['POST', 'https://auth.docker.io/token']);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'headroom',
      service: 'registry.docker.io',
      scope: 'repository:ratelimitpreview/test:pull',
      refresh_token: 'identity+/=',
    });
  });

  test('keeps the query of the realm, and uses the image as scope if the challenge names none', () => {
    const realm = new URL('https://auth.docker.io/token?tenant=7');

    const { url } = tokenRequest(
      { realm, service: undefined, scope: undefined, error: undefined },
      IMAGE,
      undefined,
      'headroom/1.0.0',
    );

    expect([...url.searchParams]).toEqual([
      ['tenant', '7'],
      ['scope', 'repository:ratelimitpreview/test:pull'],
    ]);
  });
});

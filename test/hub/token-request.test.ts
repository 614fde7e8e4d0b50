import { describe, expect, test } from 'vitest';
import { tokenRequest } from '../../src/hub/token-request.ts';
import { Secret } from '../../src/kit/secret.ts';

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
  test('asks anonymously by GET without Authorization', () => {
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

  test('sends an identity token in the form of a POST, and nowhere else', () => {
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

  test('keeps the query that the realm has, and asks for the image where the challenge names no scope', () => {
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

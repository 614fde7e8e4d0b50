import { describe, expect, test } from 'vitest';
import { parseTokenRequest } from '../../../src/simulator/token/token-request.ts';
import type { HubRequest } from '../../../src/simulator/wire/messages.ts';

function get(query: string, authorization?: string): HubRequest {
  return {
    method: 'GET',
    path: '/token',
    query,
    header: (name) => (name === 'authorization' ? authorization : undefined),
    address: '127.0.0.1',
    connection: 0,
    sequence: 0,
    origin: 'http://127.0.0.1:5429',
    closes: false,
    body: '',
  };
}

function post(body: string): HubRequest {
  return { ...get(''), method: 'POST', body };
}

function encode(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

describe('parseTokenRequest() reads the login of a GET', () => {
  // biome-ignore format: a table
  test.each([
    ['none is anonymous', undefined, { kind: 'anonymous' }],
    ['an empty one is anonymous', encode(':'), { kind: 'anonymous' }],
    ['only the first colon divides', encode('acmeci:pa:$$:s'), { kind: 'password', name: 'acmeci', password: 'pa:$$:s' }],
    ['letters beyond ASCII', encode('acmeci:pässwörd'), { kind: 'password', name: 'acmeci', password: 'pässwörd' }],
    ['a line end belongs to the password', encode('acmeci:secret\n'), { kind: 'password', name: 'acmeci', password: 'secret\n' }],
    ['no colon', encode('acmeci'), { kind: 'unreadable' }],
    ['another scheme', 'Bearer abc', { kind: 'unreadable' }],
  ])('%s', (_, authorization, login) => {
    expect(parseTokenRequest(get('', authorization)).login).toEqual(login);
  });
});

describe('parseTokenRequest() reads the login of a POST', () => {
  // biome-ignore format: a table
  test.each([
    ['a password', 'grant_type=password&username=acmeci&password=a%2Bb%26c', { kind: 'password', name: 'acmeci', password: 'a+b&c' }],
    ['a refresh token', 'grant_type=refresh_token&refresh_token=dckr_rt_x', { kind: 'refresh', token: 'dckr_rt_x' }],
    ['a grant without its fields', 'grant_type=password&username=acmeci', { kind: 'unreadable' }],
    ['no grant', 'username=acmeci&password=secret', { kind: 'unreadable' }],
  ])('%s', (_, body, login) => {
    expect(parseTokenRequest(post(body))).toMatchObject({ form: 'oauth2', login });
  });
});

describe('parseTokenRequest() reads scopes', () => {
  // biome-ignore format: a table
  test.each([
    ['one', 'scope=repository:library/nginx:pull', ['library/nginx']],
    ['several, repeated', 'scope=repository:a/b:pull&scope=repository:c/d:pull', ['a/b', 'c/d']],
    ['several, by spaces', 'scope=repository:a/b:pull+repository:c/d:pull', ['a/b', 'c/d']],
    ['with other actions beside', 'scope=repository:a/b:push,pull', ['a/b']],
    ['without pull', 'scope=repository:a/b:push', []],
    ['of another kind', 'scope=registry:catalog:*', []],
    ['none', 'service=registry.docker.io', []],
  ])('%s', (_, query, repositories) => {
    expect(parseTokenRequest(get(query)).repositories).toEqual(repositories);
  });

  test('and whether a refresh token is wanted, as either form requests it', () => {
    expect(parseTokenRequest(get('offline_token=true')).isOffline).toBe(true);
    expect(parseTokenRequest(post('access_type=offline')).isOffline).toBe(true);
    expect(parseTokenRequest(get('offline_token=false')).isOffline).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import type { Login } from '../../src/domain/credential.ts';
import { hideLogin, readTokenReply } from '../../src/hub/token-reply.ts';
import { Secret } from '../../src/kit/secret.ts';

const PASSWORD: Login = { kind: 'password', username: 'acmeci', password: new Secret('p@ss "word"') };
const TOKEN: Login = { kind: 'identity-token', token: new Secret('identity+token') };

describe('hideLogin()', () => {
  // the form of the secret | the text | the result
  test.each<[string, Login | undefined, string, string]>([
    [
      'a bare password, wherever it stands',
      PASSWORD,
      'p@ss "word" is wrong: p@ss "word"',
      '<secret> is wrong: <secret>',
    ],
    ['a password in JSON', PASSWORD, 'Sent {"p":"p@ss \\"word\\""}', 'Sent {"p":"<secret>"}'],
    ['a password in a URL', PASSWORD, '/?p=p%40ss%20%22word%22', '/?p=<secret>'],
    ['the header', PASSWORD, `Sent ${btoa('acmeci:p@ss "word"')}`, 'Sent <secret>'],
    ['an identity token', TOKEN, 'identity+token and identity%2Btoken', '<secret> and <secret>'],
    ['nothing', PASSWORD, 'incorrect username or password', 'incorrect username or password'],
    ['anything to an anonymous request', undefined, 'denied', 'denied'],
  ])('hides what the answer repeats: %s', (_, login, text, shown) => {
    expect(hideLogin(text, login)).toBe(shown);
  });
});

const NOW = Date.parse('2026-07-15T14:24:11Z');

function read(status: number, body: string | undefined, headers: Record<string, string> = {}) {
  return readTokenReply({ kind: 'answer', status, body, header: (name) => headers[name] }, NOW, undefined);
}

describe('readTokenReply()', () => {
  // the kind of grant | the body | the token | its lifetime in seconds
  test.each([
    ['both names, as the GET form has it', '{"token":"t1","access_token":"t1","expires_in":300}', 't1', 300],
    ['`access_token` only, as the POST form has it', '{"access_token":"t2","expires_in":300}', 't2', 300],
    ['`token` only', '{"token":"t3","expires_in":300}', 't3', 300],
    ['an empty `token` beside a good one', '{"token":"","access_token":"t4","expires_in":300}', 't4', 300],
    ['no lifetime', '{"token":"t"}', 't', 60],
    ['a lifetime below 60 s', '{"token":"t","expires_in":5}', 't', 60],
    ['a lifetime that is no number', '{"token":"t","expires_in":"300"}', 't', 60],
    ['a lifetime of years', '{"token":"t","expires_in":1e12}', 't', 3600],
    [
      'dates of another clock',
      '{"token":"t","expires_in":300,"issued_at":"1999-01-01T00:00:00.123456789Z"}',
      't',
      300,
    ],
  ])('takes %s', (_, body, token, lifetimeSeconds) => {
    const reply = read(200, body);

    expect(reply).toMatchObject({ kind: 'granted', lifetimeSeconds });
    expect(reply.kind === 'granted' && reply.token.reveal()).toBe(token);
  });

  // the kind of reply | its status | its body | reason and detail
  test.each([
    [
      'a wrong password',
      401,
      '{"details":"incorrect username or password"}\n',
      'unauthorized: The token service answered 401: incorrect username or password',
    ],
    [
      "distribution's error shape",
      401,
      '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
      'unauthorized: The token service answered 401: authentication required',
    ],
    ['no words', 401, '', 'unauthorized: The token service answered 401'],
    [
      'a spent identity token',
      400,
      '{"error":"invalid_grant","error_description":"token is expired"}',
      'unauthorized: The token service answered 400: token is expired',
    ],
    ['another 400', 400, '{"error":"invalid_request"}', 'token_error: The token service answered 400'],
    ['a ban', 403, '{"message":"suspended"}', 'forbidden: The token service answered 403: suspended'],
    ['an outage', 503, '<html>503</html>', 'server_error: The token service answered 503'],
    ['a redirect', 302, '', 'token_error: The token service answered 302'],
    ['a missing page', 404, '<html>', 'token_error: The token service answered 404'],
    ['JSON without a token', 200, '{"expires_in":300}', 'token_error: The token service granted no token'],
    ['a token that is no text', 200, '{"token":7}', 'token_error: The token service granted no token'],
    [
      'a token that would end the header',
      200,
      '{"token":"a\\r\\nx-evil: 1"}',
      'token_error: The token service granted an unusable token',
    ],
    ['JSON that is no object', 200, '[]', "token_error: The token service's answer is not a JSON object"],
    [
      'a secret in the words',
      401,
      '{"detail":"bad dckr_pat_abcdef"}',
      'unauthorized: The token service answered 401: bad dckr_pat_<secret>',
    ],
  ])('treats %s as a failure', (_, status, body, expected) => {
    const reply = read(status, body);

    expect(reply.kind === 'failed' && `${reply.reason}: ${reply.detail}`).toBe(expected);
  });

  test('names the content type of a reply that is not JSON', () => {
    expect(read(200, '<html>Please sign in</html>', { 'content-type': 'text/html' })).toEqual({
      kind: 'failed',
      reason: 'token_error',
      detail: "The token service's answer is not a JSON object: text/html",
    });
  });

  test('rejects a reply that is too long', () => {
    expect(read(200, undefined)).toEqual({
      kind: 'failed',
      reason: 'token_error',
      detail: 'The token service sent more than 64 KiB',
    });
  });

  test('reads a 429 as the abuse limit, regardless of the x-ratelimit headers', () => {
    const headers = {
      'retry-after': '60',
      'x-ratelimit-limit': '3000, 3000;w=60',
      'x-ratelimit-remaining': '0',
    };

    expect(read(429, 'Too Many Requests (HAP429).\n', headers)).toEqual({
      kind: 'blocked',
      reason: 'abuse',
      retryAfterSeconds: 60,
    });
  });

  test('reads a 429 about failed logins as the login block', () => {
    const body = '{"details":"too many failed login attempts for username or IP address"}';

    expect(read(429, body)).toEqual({ kind: 'blocked', reason: 'login', retryAfterSeconds: undefined });
  });
});

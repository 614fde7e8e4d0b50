import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanText,
  cutText,
  escapeControls,
  quoteForeign,
  redact,
  toWellFormed,
} from '../../src/kit/foreign-text.ts';

describe('redact()', () => {
  test.each<{ criterion: string; text: string; safe: string }>([
    {
      criterion: "masks the token's name in Docker's own text (January 2026)",
      text: "You have reached your pull rate limit as 'hubuser': dckr_jti_9Lg3-DN__PcJ-S_X3BoAVBr-mIk=. You may",
      safe: "You have reached your pull rate limit as 'hubuser': dckr_jti_<secret>. You may",
    },
    {
      criterion: 'masks access tokens of persons and organizations',
      text: 'Tried dckr_pat_abcDEF-123 and dckr_oat_x_y-z',
      safe: 'Tried dckr_pat_<secret> and dckr_oat_<secret>',
    },
    {
      criterion: 'masks an access token inside an encoded text',
      text: 'user%3Adckr_pat_abcDEF',
      safe: 'user%3Adckr_pat_<secret>',
    },
    {
      criterion: 'masks bearer and basic credentials, however written',
      text: 'Bearer abc.DEF-123, BASIC dXNlcjpwYXNz==',
      safe: 'Bearer <secret>, BASIC <secret>',
    },
    {
      criterion: 'masks an authorization header whole, however short',
      text: 'authorization: Basic dTpw\r\nhost: auth.docker.io',
      safe: 'authorization: <secret>\r\nhost: auth.docker.io',
    },
    {
      criterion: "masks a proxy's authorization header in JSON",
      text: '{"Proxy-Authorization":"Basic dTpw","host":"proxy"}',
      safe: '{"Proxy-Authorization":"<secret>","host":"proxy"}',
    },
    {
      criterion: 'masks a JSON web token',
      text: 'Got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIifQ.c2ln-_ from it',
      safe: 'Got <secret> from it',
    },
    {
      criterion: 'masks the beginning of one',
      text: 'Unexpected token in eyJhbGciOiJSUzI1NiIsInR5…',
      safe: 'Unexpected token in <secret>…',
    },
    {
      criterion: 'masks the user part of a URL',
      text: 'No answer from http://user:pa%40ss@proxy-b:3128/x',
      safe: 'No answer from http://<secret>@proxy-b:3128/x',
    },
    {
      criterion: 'masks a password with an @ in it, which should have been encoded',
      text: 'No answer from http://user:p@ss@proxy-b:3128',
      safe: 'No answer from http://<secret>@proxy-b:3128',
    },
    {
      criterion: 'masks tokens and passwords in a query or a form',
      text: 'grant_type=password&password=pa%24s&refresh_token=abc&service=registry.docker.io',
      safe: 'grant_type=password&password=<secret>&refresh_token=<secret>&service=registry.docker.io',
    },
    {
      criterion: "masks the token service's answer",
      text: '{"token": "abc", "access_token":"d\\"ef", "expires_in":300}',
      safe: '{"token": "<secret>", "access_token":"<secret>", "expires_in":300}',
    },
    {
      criterion: "masks Docker's own configuration",
      text: '{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw","identitytoken":"abc"}}}',
      safe: '{"auths":{"https://index.docker.io/v1/":{"auth":"<secret>","identitytoken":"<secret>"}}}',
    },
    {
      criterion: 'masks a Slack webhook, which is a secret as a whole',
      text: 'POST https://hooks.slack.com/services/T000/B000/XXXX failed',
      safe: 'POST https://hooks.slack.com/<secret> failed',
    },
  ])('$criterion', ({ text, safe }) => {
    expect(redact(text)).toBe(safe);
  });

  test.each([
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
    'The proxy wants basic authentication',
    'failed to fetch oauth token: unexpected status: 429 Too Many Requests',
    'https://registry-1.docker.io/v2/library/nginx/manifests/latest?ns=docker.io',
    'docker.io/library/nginx@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa',
    'Write to ops@example.com',
    'secret_file: /run/secrets/dockerhub-ci',
    '',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('leaves nothing of a planted secret, and changes its own work no more', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
    const around = fc.stringMatching(/^[a-z ,.:(){}[\]]{0,20}$/);
    const shape = fc.constantFrom<(text: string) => string>(
      (text) => `dckr_pat_${text}`,
      (text) => `dckr_oat_${text}`,
      (text) => `dckr_jti_${text}=`,
      (text) => `Bearer ${text}`,
      (text) => `bearer\t${text}.${text}`,
      (text) => `Basic ${btoa(`user:${text}`)} ${btoa(text)}`.replace(/ [^ ]+$/, ''),
      (text) => `authorization: token ${text}`,
      (text) => `eyJ${text}.${text}.${text}`,
      (text) => `https://user:${text}@proxy.example.com:3128/path`,
      (text) => `http://${text}@proxy`,
      (text) => `?access_token=${text}&x=1`,
      (text) => `password=${text}`,
      (text) => JSON.stringify({ Username: 'u', Secret: text }),
      (text) => JSON.stringify(JSON.stringify({ password: `"${text}"`, auth: text })),
      (text) => `https://hooks.slack.com/services/T1/B2/${text}`,
    );
    fc.assert(
      fc.property(secret, shape, around, around, (text, write, before, after) => {
        const safe = redact(`${before} ${write(text)} ${after}`);
        expect(safe).not.toContain(text);
        expect(safe).not.toContain(btoa(`user:${text}`));
        expect(safe).toContain('<secret>');
        expect(redact(safe)).toBe(safe);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is not led astray by a long text', () => {
    for (const piece of ['a.', 'a:', '://', 'eyJ', 'bearer ', 'token', 'http://a', '"token":"', ' ', '@']) {
      expect(redact(piece.repeat(30_000)).length).toBeGreaterThan(0);
    }
  });
});

describe('quoteForeign()', () => {
  // what is done | the foreign text | what is shown
  test.each([
    ['keeps plain text', 'incorrect username or password', 'incorrect username or password'],
    ['puts it on one line', ' a\r\n\tb\u0000c ', 'a b c'],
    ['masks tokens', 'as user: dckr_jti_9Lg3-DN_=. sorry', 'as user: dckr_jti_<secret>. sorry'],
    ['cuts long text', 'x'.repeat(500), `${'x'.repeat(200)}…`],
  ])('%s', (_, text, expected) => {
    expect(quoteForeign(text)).toBe(expected);
  });

  test('shows no part of a secret that lies across the cut', () => {
    const text = `${'x '.repeat(95)}dckr_pat_${'s3cret'.repeat(10)}`;

    expect(quoteForeign(text)).not.toContain('s3cret');
  });
});

describe('cleanText()', () => {
  // what is done | the foreign text | what is shown
  test.each([
    ['puts it on one line with single spaces', '  two\n\tlines  ', 'two lines'],
    ['removes direction overrides', '\u202Etxt.exe', 'txt.exe'],
    ['removes control and invisible characters', 'a\u0000b\u200Bc\uFEFFd\u2028e', 'a b c d e'],
    ['replaces half a surrogate pair', 'half \uD83D', 'half \uFFFD'],
    ['keeps joiners', '👩‍👩‍👧 ci', '👩‍👩‍👧 ci'],
  ])('%s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test('cuts neither a surrogate pair nor an emoji in half', () => {
    expect(cleanText('😀'.repeat(100), 10)).toBe(`${'😀'.repeat(4)}…`);
    expect(cleanText(`${'x'.repeat(8)}👩‍👩‍👧`, 10)).toBe(`${'x'.repeat(8)}…`);
  });
});

test('cutText() keeps a text that fits, and cuts one that does not to the length', () => {
  expect(cutText('eleven char', 11)).toBe('eleven char');
  expect(cutText('eleven char', 10)).toBe('eleven ch…');
  expect(cutText('eleven char', 8)).toBe('eleven…');
});

test('toWellFormed() replaces lone surrogates and keeps pairs', () => {
  expect(toWellFormed('a\uD83Db😀\uDE00')).toBe('a\uFFFDb😀\uFFFD');
});

test('escapeControls() writes control characters as escapes', () => {
  expect(escapeControls('a\nb\u001b[31m')).toBe('a\\u000ab\\u001b[31m');
});

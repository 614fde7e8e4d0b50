import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuthEntry,
  dockerHubKeys,
  loginOfEntry,
  wholeDockerHubKeys,
} from '../../src/domain/docker-config.ts';

const EMPTY: AuthEntry = {
  auth: undefined,
  username: undefined,
  password: undefined,
  identityToken: undefined,
};

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A login as plain text: `user password`, or `token …`. */
function plain(entry: Partial<AuthEntry>): string | undefined {
  const login = loginOfEntry({ ...EMPTY, ...entry });
  if (!login) return undefined;
  return login.kind === 'password'
    ? `${login.username} ${login.password.reveal()}`
    : `token ${login.token.reveal()}`;
}

describe('loginOfEntry()', () => {
  test.each<[what: string, entry: Partial<AuthEntry>, login: string | undefined]>([
    ['auth', { auth: base64('acme:hunter2') }, 'acme hunter2'],
    ['a password with colons', { auth: base64('acme:a:b:c') }, 'acme a:b:c'],
    ['a password with umlauts', { auth: base64('acme:pässwörd') }, 'acme pässwörd'],
    ['NUL characters behind the password', { auth: base64('acme:hunter2\0\0') }, 'acme hunter2'],
    ['base64 without padding', { auth: base64('acme:hunter22').replace(/=+$/, '') }, 'acme hunter22'],
    ['URL-safe base64', { auth: Buffer.from('acme:~~~???').toString('base64url') }, 'acme ~~~???'],
    ['base64 with a line break', { auth: `${base64('acme:hunter2')}\n` }, 'acme hunter2'],
    ['username and password', { username: 'acme', password: 'hunter2' }, 'acme hunter2'],
    ['auth before username', { auth: base64('a:b'), username: 'c', password: 'd' }, 'a b'],
    [
      'a token before all',
      { identityToken: 't', auth: base64('a:b'), username: 'c', password: 'd' },
      'token t',
    ],
    ['an empty auth beside a user', { auth: '', username: 'acme', password: 'hunter2' }, 'acme hunter2'],
    ['the empty mark that a helper leaves', {}, undefined],
    ['a user without password', { username: 'acme' }, undefined],
  ])('reads %s', (_what, entry, login) => {
    expect(plain(entry)).toBe(login);
  });

  test.each([
    ['no base64', 'hunter2!', '"auth" is not base64'],
    ['no colon', base64('hunter2'), '"auth" does not contain user:password'],
    ['no user', base64(':hunter2'), '"auth" does not contain user:password'],
    ['no password', base64('acme:'), '"auth" does not contain user:password'],
  ])('rejects %s without repeating it', (_what, auth, message) => {
    expect(() => plain({ auth })).toThrow(new SyntaxError(message));
  });

  test('gives back what docker login stores', () => {
    const user = fc.stringMatching(/^[a-z0-9]{1,30}$/);
    const password = fc.string({ minLength: 1 }).filter((text) => !/^\0|\0$/.test(text));
    fc.assert(
      fc.property(user, password, (name, secret) => {
        expect(plain({ auth: base64(`${name}:${secret}`) })).toBe(`${name} ${secret}`);
      }),
    );
  });
});

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
  ])('recognizes %j', (key) => {
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
  ])('does not treat %j as Docker Hub', (key) => {
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
    expect(wholeDockerHubKeys(keys)).toEqual([
      'https://index.docker.io/v1/',
      'docker.io',
      'registry-1.docker.io',
    ]);
  });

  test('accepts no other host, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (noise) => {
        fc.pre(!/^(?:\s*|\s*https?:\/\/)$/i.test(noise));
        expect(dockerHubKeys([`${noise}x.docker.io`, `docker.io.${noise}`])).toEqual([]);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loginOfEntry } from '../../../src/config/logins/auth-entry.ts';
import type { AuthEntry } from '../../../src/config/logins/docker-config.ts';

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
    ['no colon', base64('hunter2'), '"auth" does not hold user:password'],
    ['no user', base64(':hunter2'), '"auth" does not hold user:password'],
    ['no password', base64('acme:'), '"auth" does not hold user:password'],
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

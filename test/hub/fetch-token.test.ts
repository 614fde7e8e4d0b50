import { describe, expect, test } from 'vitest';
import type { Login } from '../../src/domain/credential.ts';
import { loginKey as keyAt } from '../../src/hub/fetch-token.ts';
import { Secret } from '../../src/kit/secret.ts';

const HUB = new URL('https://hub.test');
const loginKey = (login: Login): string => keyAt(HUB, login);

function password(username: string, text: string): Login {
  return { kind: 'password', username, password: new Secret(text) };
}

describe('loginKey()', () => {
  test('returns the same key for the same login', () => {
    expect(loginKey(password('ci', 'p'))).toBe(loginKey(password('ci', 'p')));
  });

  test('returns a different key for every other login', () => {
    const logins = [
      password('ci', 'p'),
      password('ci', 'q'),
      password('cip', ''),
      password('', 'cip'),
      { kind: 'identity-token', token: new Secret('p') } as const,
    ];

    expect(new Set(logins.map(loginKey)).size).toBe(logins.length);
  });

  test('returns a different key for another hub', () => {
    expect(keyAt(new URL('https://other.test'), password('ci', 'p'))).not.toBe(loginKey(password('ci', 'p')));
  });

  test('returns a key without the secret', () => {
    expect(loginKey(password('ci', 'hunter2'))).not.toContain('hunter2');
  });
});

import { describe, expect, test } from 'vitest';
import type { Login } from '../../src/domain/login.ts';
import { Secret } from '../../src/domain/secret.ts';
import { loginKey } from '../../src/hub/login-key.ts';

function password(username: string, text: string): Login {
  return { kind: 'password', username, password: new Secret(text) };
}

describe('loginKey()', () => {
  test('is the same for the same login', () => {
    expect(loginKey(password('ci', 'p'))).toBe(loginKey(password('ci', 'p')));
  });

  test('differs for every other login', () => {
    const logins = [
      password('ci', 'p'),
      password('ci', 'q'),
      password('cip', ''),
      password('', 'cip'),
      { kind: 'identity-token', token: new Secret('p') } as const,
    ];

    expect(new Set(logins.map(loginKey)).size).toBe(logins.length);
  });

  test('does not contain the secret', () => {
    expect(loginKey(password('ci', 'hunter2'))).not.toContain('hunter2');
  });
});

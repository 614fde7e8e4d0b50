import { createHash } from 'node:crypto';
import type { Login } from '../domain/credential.ts';

/**
 * Returns a key that two logins share when they would send one hub the same secret, and that gives none of it away to
 * people. It can be tested against guessed passwords: whatever stores it hashes it once more, with a random key.
 */
export function loginKey(hub: URL, login: Login): string {
  const parts =
    login.kind === 'password'
      ? [login.kind, login.username, login.password.reveal()]
      : [login.kind, login.token.reveal()];
  return createHash('sha256')
    .update(JSON.stringify([hub.href, ...parts]))
    .digest('base64');
}

import { createHash } from 'node:crypto';
import type { Login } from '../domain/login.ts';

/** A key that two logins share when they would send the hub the same secret, and that gives none of it away. */
export function loginKey(login: Login): string {
  const parts =
    login.kind === 'password'
      ? [login.kind, login.username, login.password.reveal()]
      : [login.kind, login.token.reveal()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

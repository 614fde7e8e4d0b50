import type { ReadLogin } from '../../domain/login.ts';
import type { Secret } from '../../kit/secret.ts';

/** A login whose password stands in the configuration or the environment. */
export function passwordLogin(username: string, password: Secret): ReadLogin {
  return () => Promise.resolve({ kind: 'password', username, password });
}

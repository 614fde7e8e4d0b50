import type { Secret } from '../kit/secret.ts';

/** A login at the hub, as read at the moment of use. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'identity-token'; readonly token: Secret };

/**
 * Reads a login anew: files and credential helpers are asked at each use, so that a rotated password needs no restart.
 * Rejects with an `Error` whose message names the place and holds no secret.
 */
export type ReadLogin = () => Promise<Login>;

/** Whether two logins would send the hub the same secret. */
export function sameLogin(a: Login, b: Login): boolean {
  if (a.kind === 'password')
    return b.kind === 'password' && a.username === b.username && a.password.equals(b.password);
  return b.kind === 'identity-token' && a.token.equals(b.token);
}

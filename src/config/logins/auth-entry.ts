import type { Login } from '../../domain/login.ts';
import { Secret } from '../../kit/secret.ts';
import type { AuthEntry } from './docker-config.ts';

const BASE64 = /^[\w+/-]+={0,2}$/;

/**
 * The login in an entry of `auths`, by Docker's own precedence: an identity token, then `auth`, then `username` and
 * `password`. An empty entry has none: it marks a registry whose login is with a credential helper.
 * @returns undefined when there is none
 * @throws SyntaxError when `auth` cannot be read; the message repeats nothing of it
 */
export function loginOfEntry(entry: AuthEntry): Login | undefined {
  if (entry.identityToken) return { kind: 'identity-token', token: new Secret(entry.identityToken) };
  if (entry.auth) return decodeAuth(entry.auth);
  if (!entry.username || !entry.password) return undefined;
  return { kind: 'password', username: entry.username, password: new Secret(entry.password) };
}

function decodeAuth(auth: string): Login {
  const compact = auth.replace(/\s/g, '');
  if (!BASE64.test(compact)) throw new SyntaxError('"auth" is not base64');
  // Node reads the URL-safe alphabet and missing padding too; some tools write them.
  const text = Buffer.from(compact, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // Docker takes NUL characters off the ends of the password (configfile/file.go, decodeAuth).
  const password = text.slice(colon + 1).replace(/^\0+|\0+$/g, '');
  if (colon < 1 || password === '') throw new SyntaxError('"auth" does not hold user:password');
  return { kind: 'password', username: text.slice(0, colon), password: new Secret(password) };
}

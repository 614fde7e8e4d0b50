import { REDACTED, Secret } from '../../kit/secret.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Control characters would break a log line or a header. */
const CONTROL = /\p{Cc}/u;

/** A user name at Docker Hub: its owner's name, an organization, or an e-mail address. */
export const username: Kind<string> = scalarKind({
  noun: 'a user name',
  allowed: 'text without ":", in quotes if it is only digits',
  secret: looksLikeLogin,
  parse: (value) =>
    // Basic authentication ends the user name at the first ":" (RFC 7617, section 2).
    typeof value === 'string' && value !== '' && !value.includes(':') && !CONTROL.test(value)
      ? value
      : undefined,
  show: (value) => value,
});

/** Whether a text may be `user:password`, which people paste where only the user belongs. */
export function looksLikeLogin(value: unknown): boolean {
  return typeof value === 'string' && value.includes(':');
}

/** A secret written out. Never shown, not even when it is of the wrong type. */
export const secretText: Kind<Secret> = scalarKind({
  noun: 'a text',
  allowed: 'text that is not empty, in quotes if it is only digits or holds special characters',
  secret: () => true,
  parse: (value) => (typeof value === 'string' && value !== '' ? new Secret(value) : undefined),
  show: () => REDACTED,
});

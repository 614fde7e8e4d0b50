import { REDACTED, Secret } from '../../kit/secret.ts';
import { type Kind, scalarKind } from './kind.ts';

/** Control characters would break a log line or a header. */
const CONTROL = /\p{Cc}/u;

/** A user name at Docker Hub: its owner's name, an organization, or an e-mail address. */
export const username: Kind<string> = scalarKind({
  noun: 'a user name',
  allowed: 'text without ":", in quotes if it is only digits',
  secret: mayBeLogin,
  parse: (value) =>
    // Basic authentication ends the user name at the first ":" (RFC 7617, section 2).
    typeof value === 'string' && value !== '' && !value.includes(':') && !CONTROL.test(value)
      ? value
      : undefined,
  show: (value) => value,
});

/** Whether a text may be `user:password`, which people paste where only the user belongs. */
export function mayBeLogin(value: unknown): boolean {
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

/** Control characters would break a line; text without a visible character says nothing. */
const PLAIN = /^(?=.*\S)\P{Cc}+$/u;

/** What a text may look like. */
interface PlainTextRules {
  /** What it is, with its article: `a channel`. */
  readonly noun: string;
  readonly maxLength: number;
  /** What it must match beside being one line; undefined takes any. */
  readonly grammar?: RegExp;
  /** What is allowed, where `grammar` says more than the length. */
  readonly allowed?: string;
}

/** A text on one line. */
export function plainText(rules: PlainTextRules): Kind<string> {
  const {
    noun,
    maxLength,
    grammar = PLAIN,
    allowed = `text of 1 to ${maxLength} characters on one line`,
  } = rules;
  return scalarKind({
    noun,
    allowed,
    parse: (value) =>
      typeof value === 'string' && value.length <= maxLength && PLAIN.test(value) && grammar.test(value)
        ? value
        : undefined,
    show: (value) => value,
  });
}

/** Longest name of a credential, in characters: it is a label of every series. */
const MAX_LENGTH = 64;
/** No slash: a name is one segment of a path, and proxies decode `%2F`. */
const GRAMMAR = /^[a-z0-9](?:[a-z0-9 ._@+-]*[a-z0-9])?$/i;

/** The name a credential is known by, in metrics, URLs and alerts. */
export const credentialName: Kind<string> = scalarKind({
  noun: 'a name',
  allowed: `1 to ${MAX_LENGTH} letters, digits, spaces and . _ @ + -, with a letter or digit at both ends`,
  secret: mayBeLogin,
  parse: (value) =>
    typeof value === 'string' && value.length <= MAX_LENGTH && GRAMMAR.test(value) ? value : undefined,
  show: (value) => value,
});

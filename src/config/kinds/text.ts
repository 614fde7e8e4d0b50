import { REDACTED, Secret } from '../../kit/secret.ts';
import { type Kind, scalarKind } from './kind.ts';

/** Control characters, which would break a log line or a header. */
const CONTROL = /\p{Cc}/u;

/** A user name at Docker Hub: a user, an organization, or an e-mail address. */
export const username: Kind<string> = scalarKind({
  noun: 'a user name',
  allowed: 'text without ":", in quotes if it is only digits',
  schema: { type: 'string', pattern: '^[^:]+$' },
  secret: mayBeLogin,
  parse: (value) =>
    // In basic authentication the user name ends at the first ":" (RFC 7617, section 2).
    typeof value === 'string' && value !== '' && !value.includes(':') && !CONTROL.test(value)
      ? value
      : undefined,
  show: (value) => value,
});

/** Reports whether a value may be `user:password`, pasted by mistake where only the user is expected. */
export function mayBeLogin(value: unknown): boolean {
  return typeof value === 'string' && value.includes(':');
}

/** A secret in the configuration. Never shown, not even if it has the wrong type. */
export const secretText: Kind<Secret> = scalarKind({
  noun: 'a text',
  allowed: 'text that is not empty, in quotes if it is only digits or contains special characters',
  secret: () => true,
  parse: (value) => (typeof value === 'string' && value !== '' ? new Secret(value) : undefined),
  show: () => REDACTED,
});

/** Text on one line with at least one visible character. */
const PLAIN = /^(?=.*\S)\P{Cc}+$/u;

/** The rules of a kind of texts. */
interface PlainTextRules {
  /** The name of the kind with its article: `a channel`. */
  readonly noun: string;
  readonly maxLength: number;
  /** A pattern that the text must match; default: any text on one line. */
  readonly grammar?: RegExp;
  /** Describes the allowed texts. Default: their length. */
  readonly allowed?: string;
}

/** Creates a kind of texts on one line. */
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
    schema: { type: 'string', minLength: 1, maxLength },
    parse: (value) =>
      typeof value === 'string' && value.length <= maxLength && PLAIN.test(value) && grammar.test(value)
        ? value
        : undefined,
    show: (value) => value,
  });
}

/** The maximum length of a credential's name, in characters: it is a label of every series. */
const MAX_LENGTH = 64;
/** Slashes are not allowed: a name is one segment of a URL path, and proxies decode `%2F`. */
const GRAMMAR = /^[a-z0-9](?:[a-z0-9 ._@+-]*[a-z0-9])?$/i;

/** The name of a credential in metrics, URLs and alerts. */
export const credentialName: Kind<string> = scalarKind({
  noun: 'a name',
  allowed: `1 to ${MAX_LENGTH} letters, digits, spaces and . _ @ + -, with a letter or digit at both ends`,
  schema: { type: 'string', maxLength: MAX_LENGTH, pattern: '^[A-Za-z0-9]([A-Za-z0-9 ._@+-]*[A-Za-z0-9])?$' },
  secret: mayBeLogin,
  parse: (value) =>
    typeof value === 'string' && value.length <= MAX_LENGTH && GRAMMAR.test(value) ? value : undefined,
  show: (value) => value,
});

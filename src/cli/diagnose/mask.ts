import type { Login } from '../../domain/credential.ts';
import { hideLogin } from '../../hub/token-reply.ts';
import { redact } from '../../kit/foreign-text.ts';
import { REDACTED } from '../../kit/secret.ts';

/** Replaces secrets and user names in a text. */
export type Mask = (text: string) => string;

/** Replaces a user name. */
export const USER_NAME = '<user-name>';
/** Replaces the account in `docker-ratelimit-source`. */
export const ACCOUNT = '<account>';

/** Headers whose whole value is a secret. */
const SECRET_HEADERS = /^(?:proxy-)?authori[sz]ation$|cookie|token|secret|password|api-?key/i;
const ACCOUNT_IN_QUERY = /([?&]account=)[^&\s]*/gi;
const UNPRINTABLE = /\p{Cc}|\p{Cf}/gu;

/** A user name in the effective configuration. */
const USER_NAME_KEY = /^\s*(?:- )?username: (.+)$/gm;

/**
 * Creates the mask of a report. It replaces the secrets of these logins in every form in which they are sent, their user
 * names, and everything else that looks like a secret.
 * @param yaml the effective configuration, whose user names are masked too: some logins may be unreadable or not probed
 */
export function createMask(logins: readonly Login[], yaml = ''): Mask {
  const names = [
    ...logins.flatMap((login) => (login.kind === 'password' ? [login.username] : [])),
    ...[...yaml.matchAll(USER_NAME_KEY)].map(([, written = '']) => unquoted(written)),
  ];
  const userNames = [...new Set(names)].flatMap(namePatterns);
  return (text) => {
    const hidden = logins.reduce((safe, login) => hideLogin(safe, login), text);
    const nameless = userNames.reduce((safe, pattern) => safe.replace(pattern, USER_NAME), hidden);
    return redact(nameless.replace(ACCOUNT_IN_QUERY, `$1${USER_NAME}`));
  };
}

/** Formats a header for the report. The value of a secret header is replaced. */
export function maskHeader(name: string, value: string, mask: Mask): string {
  const printable = (text: string) => text.replace(UNPRINTABLE, '?');
  if (SECRET_HEADERS.test(name)) return `${printable(name)}: ${secretWords(value)}`;
  return mask(`${printable(name)}: ${printable(value)}`);
}

/** Replaces the value of a secret header, except the scheme (`Basic`, `Bearer`). */
function secretWords(value: string): string {
  const [, scheme] = /^(Basic|Bearer|Digest|NTLM|Negotiate) /i.exec(value) ?? [];
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

/** Returns patterns that match a name as a whole word, so that the user `docker` does not change `docker-ratelimit-source`. */
function namePatterns(name: string): RegExp[] {
  const forms = new Set([name, encodeURIComponent(name)].filter((form) => form !== ''));
  return [...forms].map((form) => new RegExp(`(?<![\\w.-])${escapePattern(form)}(?![\\w.-])`, 'gi'));
}

/** Removes quotes. The effective configuration quotes as JSON does. */
function unquoted(written: string): string {
  return written.startsWith('"') ? String(JSON.parse(written)) : written;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

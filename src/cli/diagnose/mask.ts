import type { Login } from '../../domain/credential.ts';
import { hideLogin } from '../../hub/token-reply.ts';
import { redact } from '../../kit/foreign-text.ts';
import { REDACTED } from '../../kit/secret.ts';

/** Takes out of a text what strangers must not read. */
export type Mask = (text: string) => string;

/** What stands in place of a user name. */
export const USER_NAME = '<user-name>';
/** What stands in place of an account that `docker-ratelimit-source` names. */
export const ACCOUNT = '<account>';

/** Headers whose whole value is a secret. */
const SECRET_HEADERS = /^(?:proxy-)?authori[sz]ation$|cookie|token|secret|password|api-?key/i;
const ACCOUNT_IN_QUERY = /([?&]account=)[^&\s]*/gi;
const UNPRINTABLE = /\p{Cc}|\p{Cf}/gu;

/** A user name as the effective configuration has it. */
const USER_NAME_KEY = /^\s*(?:- )?username: (.+)$/gm;

/**
 * The mask for a report: secrets of these logins in every form they are sent in, their user names, and whatever else looks
 * like a secret.
 * @param yaml the effective configuration: the user names in it are masked too, as a login may be unreadable or not asked with
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

/** A header as the report shows it: of some, that they were there is all that is told. */
export function maskHeader(name: string, value: string, mask: Mask): string {
  const printable = (text: string) => text.replace(UNPRINTABLE, '?');
  if (SECRET_HEADERS.test(name)) return `${printable(name)}: ${secretWords(value)}`;
  return mask(`${printable(name)}: ${printable(value)}`);
}

/** How somebody signs in (`Basic`, `Bearer`) is no secret. */
function secretWords(value: string): string {
  const [, scheme] = /^(Basic|Bearer|Digest|NTLM|Negotiate) /i.exec(value) ?? [];
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

/** Whole words only: a user who is called `docker` must not tear `docker-ratelimit-source` apart. */
function namePatterns(name: string): RegExp[] {
  const forms = new Set([name, encodeURIComponent(name)].filter((form) => form !== ''));
  return [...forms].map((form) => new RegExp(`(?<![\\w.-])${escapePattern(form)}(?![\\w.-])`, 'gi'));
}

/** YAML's quotes here are JSON's. */
function unquoted(written: string): string {
  return written.startsWith('"') ? String(JSON.parse(written)) : written;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

import { filePath } from '../../config/kinds/file-path.ts';
import { username } from '../../config/kinds/text.ts';
import { webUrl } from '../../config/kinds/url.ts';
import type { Report } from '../../config/problem.ts';
import { type FlagValues, optionalFlag } from '../flag.ts';

/** The flags of the commands that request a running Headroom: its URL, and the login of its basic auth. */
export const SERVER_FLAGS = {
  server: optionalFlag(
    'URL',
    webUrl('http://headroom:10429', 'path'),
    'The URL of Headroom, with its route prefix',
  ),
  'server.username': optionalFlag('NAME', username, 'The user name, if that Headroom has basic auth'),
  'server.password-file': optionalFlag('FILE', filePath, 'The file with the password of this user'),
};

/** A running Headroom. */
export interface HeadroomServer {
  /** Its URL, with its route prefix. */
  readonly url: URL;
  readonly username?: string | undefined;
  /** The file with the password. It is read for each request. */
  readonly passwordFile?: string | undefined;
}

/** Returns the Headroom that the flags name, or the one at `fallback`; undefined without both. */
export function serverOf(flags: FlagValues<typeof SERVER_FLAGS>, fallback: URL): HeadroomServer;
export function serverOf(flags: FlagValues<typeof SERVER_FLAGS>, fallback?: URL): HeadroomServer | undefined;
export function serverOf(flags: FlagValues<typeof SERVER_FLAGS>, fallback?: URL): HeadroomServer | undefined {
  const url = flags.server ?? fallback;
  return url && { url, username: flags['server.username'], passwordFile: flags['server.password-file'] };
}

/**
 * Reports a user without a password file, and the reverse.
 * @param isOptional whether the flags of the login may be given without `--server`, for a command with a default server
 */
export function checkServerFlags(given: ReadonlySet<string>, report: Report, isOptional = false): void {
  const logins = ['server.username', 'server.password-file'] as const;
  const [first, ...others] = logins.filter((flag) => given.has(flag));
  if (first === undefined) return;
  const place = { kind: 'flag', flag: `--${first}` } as const;
  if (!isOptional && !given.has('server')) report({ place, message: 'Has no effect without --server' });
  const missing = logins.find((flag) => !given.has(flag));
  if (others.length === 0) report({ place, message: `--${missing} is missing`, allowed: 'both, or none' });
}

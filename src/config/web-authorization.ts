import type { ReadAuthorization } from '../kit/secret.ts';
import { Secret } from '../kit/secret.ts';
import type { ReadFile } from './files.ts';
import { readSecretFile } from './files.ts';
import { filePath } from './kinds/file-path.ts';
import { secretText, username } from './kinds/text.ts';
import type { Scope } from './scope.ts';
import { reportUnusable } from './scope.ts';
import type { ReadMap } from './settings.ts';
import { optional } from './settings.ts';

/** The keys of authentication at another server; all are optional. */
export const AUTHORIZATION_SETTINGS = {
  bearer_token: optional(secretText),
  bearer_token_file: optional(filePath),
  username: optional(username),
  password: optional(secretText),
  password_file: optional(filePath),
};

/** The result of reading a map that has these keys among others. */
export type AuthorizationEntry = Pick<ReadMap<typeof AUTHORIZATION_SETTINGS>, 'values' | 'written' | 'key'>;

/** RFC 6750, section 2.1: the characters of a bearer token. */
const BEARER = /^[\w\-.~+/]+=*$/;
const ALLOWED =
  'bearer_token, bearer_token_file, username with password, or username with password_file; or none of them';

/**
 * Reads and checks the keys of authentication.
 * @returns a function that returns the `Authorization` header, or undefined without authentication; files are read at
 * each call
 */
export async function readWebAuthorization(
  entry: AuthorizationEntry,
  scope: Scope,
): Promise<ReadAuthorization> {
  reportConflicts(entry, scope);
  const { values, written, key } = entry;
  const { readFile } = scope;
  const { bearer_token_file: tokenFile, password_file: passwordFile } = values;
  if (tokenFile !== undefined) {
    const read = () => readBearerFile(tokenFile, readFile);
    await reportUnusable(scope, `${key}.bearer_token_file`, written.bearer_token_file, read);
    return read;
  }
  if (values.bearer_token) {
    const token = values.bearer_token;
    const check = async () => toBearer(token, 'it');
    await reportUnusable(scope, `${key}.bearer_token`, written.bearer_token, check);
    return async () => toBearer(token, `${key}.bearer_token`);
  }
  if (passwordFile !== undefined) {
    const check = () => readSecretFile(passwordFile, readFile);
    await reportUnusable(scope, `${key}.password_file`, written.password_file, check);
  }
  const { username, password } = values;
  if (username === undefined) return async () => undefined;
  return async () => {
    const secret = passwordFile === undefined ? password : await readSecretFile(passwordFile, readFile);
    return secret && toBasic(username, secret);
  };
}

async function readBearerFile(path: string, readFile: ReadFile): Promise<Secret> {
  return toBearer(await readSecretFile(path, readFile), path);
}

/** @throws Error that names the place, without the token */
function toBearer(token: Secret, place: string): Secret {
  if (!BEARER.test(token.reveal())) {
    throw new Error(`Cannot use ${place}: a bearer token is one word of letters, digits and - . _ ~ + / =`);
  }
  return new Secret(`Bearer ${token.reveal()}`);
}

/** Returns the value of the header `Authorization` of a login (RFC 7617, section 2). */
export function toBasic(username: string, password: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`);
}

/** Reports conflicting and missing keys. Uses the written values, so that an invalid value is not also reported as missing. */
function reportConflicts({ written, key }: AuthorizationEntry, { report }: Scope): void {
  const { username, password, password_file: passwordFile } = written;
  const ways = {
    bearer_token: written.bearer_token,
    bearer_token_file: written.bearer_token_file,
    password,
    password_file: passwordFile,
  };
  const [, second] = Object.entries(ways).filter(([, input]) => input);
  if (second?.[1]) {
    const [name, input] = second;
    const message = 'Only one kind of authentication is allowed';
    report({ place: input.place, key: `${key}.${name}`, message, allowed: ALLOWED });
    return;
  }
  const secret = password ?? passwordFile;
  if (username && !secret) {
    const message = 'The password is missing';
    report({ place: username.place, key: `${key}.username`, message, allowed: ALLOWED });
  }
  if (secret && !username) {
    const name = password ? 'password' : 'password_file';
    const message = 'The username is missing';
    report({ place: secret.place, key: `${key}.${name}`, message, allowed: ALLOWED });
  }
}

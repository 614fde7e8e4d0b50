import type { ReadLogin } from '../../domain/login.ts';
import { FILE_LIMITS } from '../../kit/file-limits.ts';
import { Secret } from '../../kit/secret.ts';
import type { ReadFile } from '../read-text.ts';
import { readText } from '../read-text.ts';

/** Larger than any password, small enough for a header: 16 KiB. What is larger is some other file. */
const MAX_LENGTH = 16_384;

/** A login whose password stands in a file, read anew at each use. */
export function passwordFileLogin(username: string, path: string, readFile: ReadFile): ReadLogin {
  return async () => ({ kind: 'password', username, password: await readSecretFile(path, readFile) });
}

/**
 * The secret in a file: everything but one newline at its end, which editors and `echo` put there.
 * @throws Error that names the file, with a message for everybody
 */
export async function readSecretFile(path: string, readFile: ReadFile): Promise<Secret> {
  const text = (await readText(readFile, path, FILE_LIMITS.secret)).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`Cannot use ${path}: it is empty`);
  if (text.length > MAX_LENGTH)
    throw new Error(`Cannot use ${path}: it is longer than ${MAX_LENGTH} characters`);
  return new Secret(text);
}

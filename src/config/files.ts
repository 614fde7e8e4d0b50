import type { ReadLogin } from '../domain/credential.ts';
import { FILE_LIMITS, FileTooLargeError } from '../kit/bounded-file.ts';
import { Secret } from '../kit/secret.ts';

/** Reads a file as UTF-8 text. Rejects like `node:fs/promises`, and with `FileTooLargeError` beyond `maxBytes`. */
export type ReadFile = (path: string, maxBytes: number) => Promise<string>;

/** Explanations of error codes of the operating system. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links',
};

/**
 * Reads a file as UTF-8 text.
 * @param maxBytes one of `FILE_LIMITS`
 * @throws Error whose message has the path and the reason, and no secret
 */
export async function readText(readFile: ReadFile, path: string, maxBytes: number): Promise<string> {
  try {
    return await readFile(path, maxBytes);
  } catch (error) {
    if (error instanceof FileTooLargeError) throw new Error(`Cannot use ${path}: ${error.message}`);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Error(`Cannot read ${path}: ${MEANINGS[code] ?? code}`);
  }
}

/** The largest secret in characters: 16 Ki, larger than any password and small enough for a header. */
const MAX_LENGTH = 16_384;

/** Creates a login whose password is read from a file at each use. */
export function passwordFileLogin(username: string, path: string, readFile: ReadFile): ReadLogin {
  return async () => ({ kind: 'password', username, password: await readSecretFile(path, readFile) });
}

/**
 * Reads a secret from a file, without the newline that editors and `echo` append.
 * @throws Error that names the file if it cannot be read, is empty or longer than 16 Ki characters
 */
export async function readSecretFile(path: string, readFile: ReadFile): Promise<Secret> {
  const text = (await readText(readFile, path, FILE_LIMITS.secret)).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`Cannot use ${path}: it is empty`);
  if (text.length > MAX_LENGTH)
    throw new Error(`Cannot use ${path}: it is longer than ${MAX_LENGTH} characters`);
  return new Secret(text);
}

/**
 * Checks that a file contains a certificate in PEM form.
 * @throws Error that names the file if it contains none or cannot be read
 */
export async function checkCertificates(path: string, readFile: ReadFile): Promise<void> {
  const text = await readText(readFile, path, FILE_LIMITS.certificates);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`Cannot use ${path}: it contains no certificate in PEM form`);
  }
}

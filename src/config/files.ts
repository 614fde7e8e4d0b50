import type { ReadLogin } from '../domain/credential.ts';
import { FILE_LIMITS, FileTooLargeError } from '../kit/bounded-file.ts';
import { Secret } from '../kit/secret.ts';

/**
 * Reads a file as UTF-8 text; rejects as `node:fs/promises` does, and with the code `EFBIG` for a file of more than
 * `maxBytes`.
 */
export type ReadFile = (path: string, maxBytes: number) => Promise<string>;

/** What the system's codes mean to somebody who has to put it right. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links',
};

/**
 * Reads a file.
 * @param maxBytes one of `FILE_LIMITS`
 * @throws Error whose message names the file and what is wrong with it, and can be shown to everybody
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

/** @throws Error that names the file, when it holds no certificate in PEM form or cannot be read */
export async function checkCertificates(path: string, readFile: ReadFile): Promise<void> {
  const text = await readText(readFile, path, FILE_LIMITS.certificates);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`Cannot use ${path}: it holds no certificate in PEM form`);
  }
}

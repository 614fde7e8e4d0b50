import { FileTooLargeError } from '../kit/bounded-file.ts';

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

/** Reads a file as UTF-8 text; rejects as `node:fs/promises` does. */
export type ReadFile = (path: string) => Promise<string>;

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
 * @throws Error whose message names the file and what is wrong with it, and can be shown to everybody
 */
export async function readText(readFile: ReadFile, path: string): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Error(`Cannot read ${path}: ${MEANINGS[code] ?? code}`);
  }
}

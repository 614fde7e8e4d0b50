import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Thrown for a file or folder that other users could have written or read. The message names it and the reason. */
export class NotPrivateError extends Error {
  override readonly name = 'NotPrivateError';
}

/** Length of a key, in bytes. */
const KEY_BYTES = 32;
const KEY_TEXT = /^[0-9a-f]{64}$/;
/** Permission bits by which other users can change the content of a folder. */
const OTHERS_WRITE = 0o022;
/** Permission bits of users outside the owner's group. Kubernetes adds the group's to every file of a volume (fsGroup). */
const WORLD = 0o007;

/**
 * Creates a folder with mode 0700 unless it exists, and its parents.
 * @throws NotPrivateError when it is a symbolic link, belongs to another user, or other users can write into it
 * @throws Error when it cannot be created
 */
export async function preparePrivateFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) throw new NotPrivateError(`${path} is a symbolic link`);
  if (!stats.isDirectory()) throw new NotPrivateError(`${path} is not a folder`);
  requirePrivate(stats, path, OTHERS_WRITE);
}

/**
 * Reads a small text file.
 * @returns undefined when it does not exist
 * @throws NotPrivateError when it is not a regular file, belongs to another user, is accessible to all users, or is larger
 * than `maxBytes`
 * @throws Error when it cannot be read
 */
export async function readPrivateFile(path: string, maxBytes: number): Promise<string | undefined> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK a named pipe would block until a writer comes.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw new NotPrivateError(`${path} is a symbolic link`, { cause: error });
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotPrivateError(`${path} is not a regular file`);
    requirePrivate(stats, path, WORLD);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) throw new NotPrivateError(`${path} is larger than ${maxBytes} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Writes a file with mode 0600 atomically: readers see the old content or the new one.
 * @throws Error when it cannot be written
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await withTemporaryFile(path, text, (temporary) => rename(temporary, path));
}

/**
 * Creates a file with mode 0600 and its content in one step.
 * @returns false when a file of this name exists
 * @throws Error when it cannot be written
 */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  try {
    await withTemporaryFile(path, text, (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Reads a random key of 32 bytes from a file, and creates the file with mode 0600 when it does not exist. Concurrent
 * processes get the same key. A file without a valid key is replaced.
 * @throws NotPrivateError as `readPrivateFile` does
 * @throws Error when it can neither be read nor created
 */
export async function readOrCreateKey(path: string): Promise<Buffer> {
  const text = await readPrivateFile(path, 1_024);
  if (text !== undefined && KEY_TEXT.test(text.trim())) return Buffer.from(text.trim(), 'hex');
  const key = randomBytes(KEY_BYTES);
  const written = `${key.toString('hex')}\n`;
  if (text !== undefined) await writePrivateFile(path, written);
  else if (await createPrivateFile(path, written)) return key;
  const now = (await readPrivateFile(path, 1_024))?.trim() ?? '';
  if (!KEY_TEXT.test(now)) throw new NotPrivateError(`${path} holds no key`);
  return Buffer.from(now, 'hex');
}

/** Returns the code of a system error, such as `ENOENT`; undefined for every other value. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

async function withTemporaryFile(
  path: string,
  text: string,
  use: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Throws unless this user owns the file and none of the `forbidden` mode bits is set. Checks nothing on Windows. */
function requirePrivate({ uid, mode }: Stats, path: string, forbidden: number): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (uid !== own)
    throw new NotPrivateError(`${path} belongs to another user: uid ${uid}, this is uid ${own}`);
  if ((mode & forbidden) === 0) return;
  throw new NotPrivateError(`${path} is open to other users: mode ${(mode & 0o777).toString(8)}`);
}

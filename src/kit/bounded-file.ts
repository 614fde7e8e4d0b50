import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

const MIB = 1_048_576;

/** The file is larger than what is read of it. `code` is `EFBIG`, as the system says of such files. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  readonly code = 'EFBIG';

  /** @param maxBytes how much is read */
  constructor(maxBytes: number) {
    super(`it is larger than ${maxBytes >= MIB ? `${maxBytes / MIB} MiB` : `${maxBytes / 1_024} KiB`}`);
  }
}

/**
 * Reads a file as UTF-8, by its size first, so that a wrong one is refused before it is in memory. Also bounds devices
 * and pipes, which have no size.
 * @throws FileTooLargeError above `maxBytes`; otherwise as `node:fs/promises`
 */
export async function readBoundedFile(path: string, maxBytes: number): Promise<string> {
  const file = await open(path);
  try {
    if ((await file.stat()).size > maxBytes) throw new FileTooLargeError(maxBytes);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) throw new FileTooLargeError(maxBytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Reads a file as bytes, synchronously; otherwise as `readBoundedFile`.
 * @throws FileTooLargeError above `maxBytes`; otherwise as `node:fs`
 */
export function readBoundedFileSync(path: string, maxBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size > maxBytes) throw new FileTooLargeError(maxBytes);
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const chunk = Buffer.alloc(65_536);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      length += read;
      if (length > maxBytes) throw new FileTooLargeError(maxBytes);
    }
  } finally {
    closeSync(file);
  }
}

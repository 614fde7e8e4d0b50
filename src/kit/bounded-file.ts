import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

const KIB = 1_024;
const MEBIBYTE = 1_024 * KIB;

/**
 * How large a file may be that Headroom is told to read, in bytes. A larger one is some other file: it is refused by its
 * size, before it is parsed. docs/configuration.md lists them. Files for `headroom plan` have the limits of the planner.
 */
export const FILE_LIMITS = {
  /** `--config.file`. */
  config: MEBIBYTE,
  /** `web.config_file`, and each certificate and key that it names. */
  webConfig: MEBIBYTE,
  /** `hub.ca_file` and the other `ca_file` keys. */
  certificates: 4 * MEBIBYTE,
  /** `docker_config_file`; a Kubernetes secret holds at most 1 MiB. */
  dockerConfig: MEBIBYTE,
  /** Every `_file` that holds a secret. */
  secret: 64 * KIB,
  /** `headroom simulate --scenario`. */
  scenario: MEBIBYTE,
  /** `headroom forecast FILE.csv`: 90 days of results a minute are 8 MiB. */
  history: 64 * MEBIBYTE,
  /** `headroom plan --known-images` and `--cached-images`. */
  images: 16 * MEBIBYTE,
} as const;

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

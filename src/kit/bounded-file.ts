import { open } from 'node:fs/promises';

const KIB = 1_024;
const MEBIBYTE = 1_024 * KIB;

/**
 * The largest size of each file that the configuration or a command names, in bytes. A larger file is rejected before it
 * is parsed: it is the wrong file. docs/configuration.md lists the limits. Files for `headroom plan` have the planner's.
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
  /** `headroom plan --known` and `--cached`. */
  images: 16 * MEBIBYTE,
} as const;

/** Thrown for a file that is larger than its limit. `code` is `EFBIG`, as in errors of the system. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  readonly code = 'EFBIG';

  /** @param maxBytes the limit of the file, in bytes */
  constructor(maxBytes: number) {
    super(
      `it is larger than ${maxBytes >= MEBIBYTE ? `${maxBytes / MEBIBYTE} MiB` : `${maxBytes / KIB} KiB`}`,
    );
  }
}

/**
 * Reads a file as UTF-8. The size is checked first, so that a wrong file is rejected before it is in memory; devices and
 * pipes, which have no size, are checked while they are read.
 * @throws FileTooLargeError above `maxBytes`; other errors as `node:fs/promises`
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

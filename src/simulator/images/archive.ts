import { crc32 } from 'node:zlib';

/** A file to pack into an archive. */
export interface TarFile {
  /** Path from the root without a leading slash, at most 100 bytes. */
  readonly path: string;
  readonly text: string;
  /** Permissions, 0o644 by default. */
  readonly mode?: number;
}

const BLOCK_BYTES = 512;
const FILE = '0';
const FOLDER = '5';

/**
 * Packs files and their folders into a tar archive (POSIX.1-1988, ustar). The bytes are the same on every machine: owner
 * root, date 1970-01-01.
 * @throws RangeError for a path of more than 100 bytes
 */
export function packTar(files: readonly TarFile[]): Buffer {
  const folders = [...new Set(files.flatMap(({ path }) => foldersOf(path)))].sort();
  return Buffer.concat([
    ...folders.map((folder) => header(`${folder}/`, 0, 0o755, FOLDER)),
    ...files.flatMap(({ path, text, mode = 0o644 }) => {
      const bytes = Buffer.from(text);
      return [header(path, bytes.length, mode, FILE), bytes, Buffer.alloc(-bytes.length & (BLOCK_BYTES - 1))];
    }),
    Buffer.alloc(2 * BLOCK_BYTES),
  ]);
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

function header(path: string, size: number, mode: number, type: string): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`Path is longer than 100 bytes: ${path}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  // The checksum field counts as spaces.
  block.fill(' ', 148, 156);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

const MAGIC = [0x1f, 0x8b];
const DEFLATE = 8;
const UNKNOWN_SYSTEM = 255;
/** Largest uncompressed block of deflate, in bytes. */
const MAX_STORED_BYTES = 65_535;

/**
 * Returns a gzip file (RFC 1952) that contains the bytes uncompressed. The output of a compressor, and with it the
 * digest, would depend on its version and on the processor.
 */
export function storeAsGzip(bytes: Buffer): Buffer {
  const head = Buffer.from([...MAGIC, DEFLATE, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM]);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length >>> 0, 4);
  return Buffer.concat([head, ...storedBlocks(bytes), tail]);
}

/** RFC 1951, section 3.2.4. */
function storedBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  let start = 0;
  do {
    const part = bytes.subarray(start, start + MAX_STORED_BYTES);
    start += part.length;
    const head = Buffer.alloc(5);
    head[0] = start >= bytes.length ? 1 : 0;
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    blocks.push(head, part);
  } while (start < bytes.length);
  return blocks;
}

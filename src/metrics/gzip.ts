import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** The gzip header: identification, deflate, no name, no time, unknown system (RFC 1952, section 2.3). */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block (RFC 1951, section 3.2.3), so that no other block has to be marked as the last one. */
const LAST_BLOCK = Buffer.from([3, 0]);
/** The compression level. Metrics are so repetitive that a higher level saves little. */
const LEVEL = 1;

/** Compresses a document of a prefix, whose array is often the same as in the last call, and a rest. */
export type GzipDocument = (prefix: readonly Buffer[], rest: Buffer) => Promise<readonly Buffer[]>;

/** Contains the compressed form of several buffers. */
interface Compressed {
  /** Deflate blocks that end at a byte boundary, so that others can follow. */
  readonly blocks: readonly Buffer[];
  /** CRC-32 of the uncompressed bytes. */
  readonly checksum: number;
  /** Number of uncompressed bytes. */
  readonly length: number;
}

/** Contains the document of the last call. */
interface Document {
  readonly prefix: readonly Buffer[];
  readonly rest: Buffer;
  /** The compressed bytes, to be sent in this order. */
  readonly pieces: Promise<readonly Buffer[]>;
}

/**
 * Returns a function that compresses a prefix and a rest into one gzip member. The compressed form of a prefix is cached
 * for its array, and that of a buffer for the buffer. Therefore only new buffers of a document are compressed, and a
 * repeated document costs nothing.
 * The result is one member, not two, since some clients such as curl stop after the first.
 */
export function createGzip(): GzipDocument {
  const keptBlocks = new WeakMap<Buffer, Promise<Buffer>>();
  const keptPrefixes = new WeakMap<readonly Buffer[], Promise<Compressed>>();
  let newest: Document | undefined;

  async function compress(buffers: readonly Buffer[]): Promise<Compressed> {
    const blocks = await Promise.all(buffers.map((buffer) => keep(keptBlocks, buffer, deflateBlocks)));
    const checksum = buffers.reduce(extendChecksum, 0);
    return { blocks, checksum, length: buffers.reduce((sum, buffer) => sum + buffer.length, 0) };
  }

  async function join(prefix: readonly Buffer[], rest: Buffer): Promise<readonly Buffer[]> {
    const [first, blocks] = await Promise.all([
      keep(keptPrefixes, prefix, compress),
      keep(keptBlocks, rest, deflateBlocks),
    ]);
    const end = trailer(extendChecksum(first.checksum, rest), first.length + rest.length);
    return [HEADER, ...first.blocks, Buffer.concat([blocks, LAST_BLOCK, end])];
  }

  return (prefix, rest) => {
    if (newest?.prefix !== prefix || newest.rest !== rest) {
      newest = { prefix, rest, pieces: join(prefix, rest) };
    }
    return newest.pieces;
  };
}

/** Returns the cached value of a key. Creates it with `make` on the first call. */
function keep<Key extends object, Value>(
  kept: WeakMap<Key, Value>,
  key: Key,
  make: (key: Key) => Value,
): Value {
  const value = kept.get(key) ?? make(key);
  kept.set(key, value);
  return value;
}

/** Returns the CRC-32 of the earlier bytes and the next ones. Node's `crc32` returns a wrong value for empty buffers. */
function extendChecksum(checksum: number, next: Buffer): number {
  return next.length === 0 ? checksum : crc32(next, checksum);
}

function deflateBlocks(part: Buffer): Promise<Buffer> {
  return deflate(part, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH });
}

/** Returns the gzip trailer: checksum and length of the uncompressed bytes, little-endian. */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length >>> 0, 4);
  return bytes;
}

import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** Identification, deflate, no name, no time, unknown system (RFC 1952, section 2.3). */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block (RFC 1951, section 3.2.3): the blocks before it need not know that they are followed by none. */
const LAST_BLOCK = Buffer.from([3, 0]);
/** Metrics repeat themselves so much that more effort gains little. */
const LEVEL = 1;

/** Compresses a document that begins as the one before it, and often ends so too. */
export type GzipDocument = (prefix: readonly Buffer[], rest: Buffer) => Promise<readonly Buffer[]>;

/** Buffers one after the other, compressed. */
interface Compressed {
  /** Deflate blocks that end at a byte, so that others can follow. */
  readonly blocks: readonly Buffer[];
  /** CRC-32 and length, in bytes, of what was compressed. */
  readonly checksum: number;
  readonly length: number;
}

/** A document as it was last asked for. */
interface Document {
  readonly prefix: readonly Buffer[];
  readonly rest: Buffer;
  /** Compressed, to be sent one after the other. */
  readonly pieces: Promise<readonly Buffer[]>;
}

/**
 * Makes one gzip member of a prefix and a rest. A compressed prefix is kept as long as its array lives, and each
 * compressed buffer as long as the buffer: a document that shares buffers with an older one costs only what is new, and
 * one that is asked for again nothing.
 * One member, not two: some readers, curl among them, stop after the first.
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

/** The value that belongs to a key; made when it is first asked for. */
function keep<Key extends object, Value>(
  kept: WeakMap<Key, Value>,
  key: Key,
  make: (key: Key) => Value,
): Value {
  const value = kept.get(key) ?? make(key);
  kept.set(key, value);
  return value;
}

/** Node's `crc32` forgets what came before when nothing follows. */
function extendChecksum(checksum: number, next: Buffer): number {
  return next.length === 0 ? checksum : crc32(next, checksum);
}

function deflateBlocks(part: Buffer): Promise<Buffer> {
  return deflate(part, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH });
}

/** Checksum and length of what was compressed, little-endian. */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length >>> 0, 4);
  return bytes;
}

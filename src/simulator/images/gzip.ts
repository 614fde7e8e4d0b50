import { crc32 } from 'node:zlib';

const MAGIC = [0x1f, 0x8b];
const DEFLATE = 8;
const UNKNOWN_SYSTEM = 255;
/** The longest block that deflate stores without compressing, in bytes. */
const MAX_STORED_BYTES = 65_535;

/**
 * Wraps bytes as a gzip file (RFC 1952) without compressing them. A compressor's output depends on its version and on
 * the processor, and with it every digest; this is the same everywhere.
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

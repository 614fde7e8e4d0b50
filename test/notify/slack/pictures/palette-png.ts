import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS = 3;
const MOST_COLOURS = 256;

/**
 * Writes a picture of text with the 256 colours that it has most of, which takes a third of the bytes.
 * @param png 8 bits a channel, RGB, not interlaced, as Chromium takes screenshots
 */
export function palettePng(png: Buffer): Buffer {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const pixels = unfilter(inflateSync(Buffer.concat(chunks(png, 'IDAT'))), width, height);
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_COLOURS)
    .map(([colour]) => colour);
  const indexOf = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (const [i, colour] of pixels.entries()) {
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = indexOf.get(colour) ?? 0;
  }
  const head = Buffer.concat([png.subarray(16, 24), Buffer.from([8, 3, 0, 0, 0])]);
  const colours = Buffer.from(
    palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunks(png: Buffer, type: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === type) found.push(png.subarray(at + 8, at + 8 + length));
  }
  return found;
}

/** Undoes the filters of the rows (https://www.w3.org/TR/png-3/#9Filters). */
function unfilter(rows: Buffer, width: number, height: number): Uint32Array {
  const stride = width * CHANNELS;
  let above = new Uint8Array(stride);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = Uint8Array.from(rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const [left, up, upLeft] = [row[x - CHANNELS] ?? 0, above[x] ?? 0, above[x - CHANNELS] ?? 0];
      row[x] = (row[x] ?? 0) + predicted(filter, left, up, upLeft);
    }
    for (let x = 0; x < width; x += 1) {
      const [r = 0, g = 0, b = 0] = row.subarray(x * CHANNELS);
      pixels[y * width + x] = (r << 16) | (g << 8) | b;
    }
    above = row;
  }
  return pixels;
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - upLeft;
      const closest = Math.min(...[left, up, upLeft].map((each) => Math.abs(estimate - each)));
      return [left, up, upLeft].find((each) => Math.abs(estimate - each) === closest) ?? 0;
    }
    default:
      return 0;
  }
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [i, candidate] of palette.entries()) {
    const distance = [16, 8, 0].reduce((sum, shift) => {
      return sum + (((colour >> shift) & 0xff) - ((candidate >> shift) & 0xff)) ** 2;
    }, 0);
    if (distance < bestDistance) [best, bestDistance] = [i, distance];
  }
  return best;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** https://www.w3.org/TR/png-3/#5CRC-algorithm */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

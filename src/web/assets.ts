import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A file of public/, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** Compressed once, when first asked for. */
  compressed(encoding: 'br' | 'gzip'): Buffer;
}

/** The files of public/, under names that hold a hash of their content: they can be cached for ever. */
export interface Assets {
  /** The hashed name of a file: `page.css` is `page.5f2c91d0.css`. Throws a RangeError for one that does not exist. */
  nameOf(file: string): string;
  /** The asset of a hashed name. */
  find(name: string): Asset | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Hexadecimal digits of the hash in a name: enough to tell versions of a file apart. */
const HASH_LENGTH = 12;

/** Reads a folder of assets. */
export function loadAssets(folder: string): Assets {
  const names = new Map<string, string>();
  const assets = new Map<string, Asset>();
  for (const file of readdirSync(folder)) {
    const type = TYPES[extname(file)];
    if (type === undefined) continue;
    const body = readFileSync(join(folder, file));
    const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_LENGTH);
    const { name, ext } = parse(file);
    names.set(file, `${name}.${hash}${ext}`);
    assets.set(`${name}.${hash}${ext}`, createAsset(type, body));
  }
  return {
    nameOf(file) {
      const name = names.get(file);
      if (name === undefined) throw new RangeError(`There is no asset of this name: ${file}`);
      return name;
    },
    find: (name) => assets.get(name),
  };
}

function createAsset(type: string, body: Buffer): Asset {
  const encoded: { br?: Buffer; gzip?: Buffer } = {};
  return {
    type,
    body,
    compressed(encoding) {
      const compress = encoding === 'br' ? brotli : gzipSync;
      encoded[encoding] ??= compress(body);
      return encoded[encoding];
    },
  };
}

function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, parse } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * Chart.js as one file for browsers, by the name that modules of public/ import it by. Its package does not export this
 * file by name, so that it is found beside the one that it does.
 */
export const CHART_LIBRARY: Readonly<Record<string, string>> = {
  'chart-library.js': join(dirname(createRequire(import.meta.url).resolve('chart.js')), 'chart.umd.min.js'),
};

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
  /** The files that a module imports, and those that these import, each once. */
  importsOf(file: string): readonly string[];
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

/** How modules of public/ name each other: `from './live-stream.js'`. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w.-]+\.js)\2/g;

/**
 * Reads a folder of assets. In modules the names of other files become their hashed names, so that a module changes its
 * own name when one that it imports has changed.
 * @param packaged files that lie elsewhere, in packages: their paths by the name they go by here
 * @throws RangeError when a module imports a file that does not exist, or itself by way of others
 */
export function loadAssets(folder: string, packaged: Readonly<Record<string, string>> = {}): Assets {
  const files = [...readdirSync(folder), ...Object.keys(packaged)].filter(
    (file) => TYPES[extname(file)] !== undefined,
  );
  const loaded = new Map<string, LoadedFile>();

  function load(file: string, importers: readonly string[]): LoadedFile {
    const known = loaded.get(file);
    if (known) return known;
    if (importers.includes(file)) throw new RangeError(`A module imports itself: ${importers.join(', ')}`);
    if (!files.includes(file)) throw new RangeError(`There is no asset of this name: ${file}`);
    const imports = new Set<string>();
    let body: Buffer = readFileSync(packaged[file] ?? join(folder, file));
    if (extname(file) === '.js') {
      const text = body.toString().replace(IMPORT, (_, before: string, quote: string, imported: string) => {
        const target = load(imported, [...importers, file]);
        for (const name of [imported, ...target.imports]) imports.add(name);
        return `${before}${quote}./${target.name}${quote}`;
      });
      body = Buffer.from(text);
    }
    const entry = { name: hashedName(file, body), imports: [...imports], asset: createAsset(file, body) };
    loaded.set(file, entry);
    return entry;
  }

  for (const file of files) load(file, []);
  const byName = new Map([...loaded.values()].map(({ name, asset }) => [name, asset]));
  return {
    nameOf: (file) => load(file, []).name,
    importsOf: (file) => load(file, []).imports,
    find: (name) => byName.get(name),
  };
}

interface LoadedFile {
  readonly name: string;
  readonly imports: readonly string[];
  readonly asset: Asset;
}

function hashedName(file: string, body: Buffer): string {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_LENGTH);
  const { name, ext } = parse(file);
  return `${name}.${hash}${ext}`;
}

function createAsset(file: string, body: Buffer): Asset {
  const encoded: { br?: Buffer; gzip?: Buffer } = {};
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
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

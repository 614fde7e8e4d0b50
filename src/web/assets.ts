import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { packageFile } from '../kit/package-file.ts';

/** Path of Chart.js as one file for browsers, which the build copies, by the name that modules of public/ import. */
export const CHART_LIBRARY: Readonly<Record<string, string>> = {
  'chart-library.js': fileURLToPath(packageFile('dist/chart-library.js')),
};

/** A file of public/, ready for a response. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** Returns the compressed content; compresses it on the first call. */
  compressed(encoding: 'br' | 'gzip'): Buffer;
}

/**
 * The files of public/. Their names contain a hash of the content, so that a browser can cache them for ever.
 */
export interface Assets {
  /**
   * Returns the hashed name of a file: `page.css` is `page.5f2c91d0.css`.
   * @throws RangeError if the file does not exist
   */
  nameOf(file: string): string;
  /** Returns all files that a module imports, directly or through other modules, each once. */
  importsOf(file: string): readonly string[];
  /** Returns the asset of a hashed name; undefined if there is none. */
  find(name: string): Asset | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Length of the hash in a name, in hexadecimal digits. */
const HASH_LENGTH = 12;

/** Matches an import between modules of public/: `from './live-stream.js'`. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w.-]+\.js)\2/g;

/**
 * Reads a folder of assets. In modules, replaces the names of imported files by their hashed names, so that the name
 * of a module changes with the files it imports.
 * @param folder path of public/
 * @param packaged paths of further files, from npm packages, by the name that modules import
 * @throws RangeError if a module imports a file that does not exist, or imports itself through others
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

import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import { parseWebConfig } from './parse-web-config.ts';
import { type TlsMaterial, toSecureContextOptions } from './tls-options.ts';
import type { LoadedWebConfig, PemSource, TlsConfig } from './web-config.ts';
import type { WebConfigProblem } from './web-config-problems.ts';

type Parsed =
  | { readonly config: LoadedWebConfig; readonly warnings: readonly string[] }
  | { readonly problems: readonly WebConfigProblem[] };

/** The result of reading a web configuration file and the files that it names: a configuration, or problems. */
export type LoadedFile = Parsed & {
  /** The files that were read. */
  readonly files: readonly string[];
  /** A digest of their contents. */
  readonly digest: string;
};

/**
 * Reads a web configuration file and the files that it names. The digest is of the bytes that the configuration was made of,
 * so that no change after them is missed.
 */
export function loadWebConfigFile(path: string): LoadedFile {
  const contents = new Map<string, Content>();
  const read = (file: string): Content => {
    const content = readBounded(file);
    contents.set(file, content);
    return content;
  };
  const result = parseFile(path, read);
  return { ...result, files: [...contents.keys()], digest: digestOf([...contents.values()]) };
}

type Content = { readonly bytes: Buffer } | { readonly reason: string };
type ReadFile = (file: string) => Content;

function parseFile(path: string, read: ReadFile): Parsed {
  const content = read(path);
  if ('reason' in content) return { problems: [problemOfFile('', `Cannot be read: ${content.reason}`)] };
  const parsed = parseWebConfig(content.bytes.toString('utf8'));
  if ('problems' in parsed) return parsed;
  const { tls, warnings, ...rest } = parsed.config;
  if (!tls) return { config: { ...rest, tls: undefined }, warnings };
  const loaded = loadTls(tls, dirname(path), read);
  return 'problems' in loaded ? loaded : { config: { ...rest, tls: loaded.material }, warnings };
}

/** Reads the files of the TLS settings. Paths are relative to the file that names them, as in exporter-toolkit. */
function loadTls(
  tls: TlsConfig,
  folder: string,
  read: ReadFile,
): { material: TlsMaterial } | { problems: WebConfigProblem[] } {
  const problems: WebConfigProblem[] = [];
  const load = (key: string, source: PemSource): Buffer => {
    if ('text' in source) return Buffer.from(source.text);
    const file = resolve(folder, source.file);
    const content = read(file);
    if ('bytes' in content) return content.bytes;
    problems.push(problemOfFile(`tls_server_config.${key}`, `Cannot be read: ${file} (${content.reason})`));
    return Buffer.alloc(0);
  };
  const { cert, key, clientCa, ...policy } = tls;
  const material: TlsMaterial = {
    ...policy,
    cert: load('cert_file', cert),
    key: load('key_file', key),
    clientCa: clientCa && load('client_ca_file', clientCa),
  };
  if (problems.length > 0) return { problems };
  const message = faultOf(material);
  return message === undefined ? { material } : { problems: [problemOfFile('tls_server_config', message)] };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?(?:-----END CERTIFICATE-----|$)/g;

/** Returns why the parts cannot be used together; undefined if they can. OpenSSL ignores authorities that it cannot parse. */
function faultOf(material: TlsMaterial): string | undefined {
  try {
    createSecureContext(toSecureContextOptions(material));
    if (!material.clientCa) return undefined;
    const authorities = material.clientCa.toString('latin1').match(CERTIFICATE) ?? [];
    for (const authority of authorities) new X509Certificate(authority);
    return authorities.length === 0 ? 'The file of client authorities holds no certificate' : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Certificate, key and authorities cannot be used together: ${reason}`;
  }
}

/** Returns a problem without a line. `key` is empty if the problem concerns the whole file. */
export function problemOfFile(key: string, message: string): WebConfigProblem {
  return { line: undefined, key, message };
}

/** Reads a file, unless it is not a regular file or larger than 1 MiB. */
function readBounded(path: string): Content {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { reason: 'not a regular file' };
    if (stats.size > FILE_LIMITS.webConfig) return { reason: 'larger than 1 MiB' };
    return { bytes: readFileSync(path) };
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

/** Returns the digest of the present contents of files; a file that cannot be read counts with the reason. */
export function digestOfFiles(files: readonly string[]): string {
  return digestOf(files.map(readBounded));
}

function digestOf(contents: readonly Content[]): string {
  const hash = createHash('sha256');
  for (const content of contents) {
    const bytes = 'bytes' in content ? content.bytes : Buffer.from(content.reason);
    hash.update(`${'bytes' in content} ${bytes.length} `).update(bytes);
  }
  return hash.digest('base64');
}

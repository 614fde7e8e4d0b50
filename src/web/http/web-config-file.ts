import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { asksForCertificate, type TlsMaterial, toSecureContextOptions } from './tls-options.ts';
import {
  type LoadedWebConfig,
  type PemSource,
  parseWebConfig,
  protectionsOf,
  refusalOf,
  type TlsConfig,
  type WebConfigSource,
} from './web-config.ts';
import type { WebConfigProblem } from './web-config-schema.ts';

/** How long the files are taken to be unchanged after they were read, in milliseconds. */
const RECHECK_MS = 1_000;

/**
 * Reads a web configuration file and the files it names.
 * @returns what is wrong; empty when the file can be used
 */
export function checkWebConfigFile(path: string): readonly WebConfigProblem[] {
  const loaded = loadWebConfigFile(path);
  return 'problems' in loaded ? loaded.problems : [];
}

/** Writes a problem so that editors and terminals can jump to it: `web-config.yml:3: tls_server_config.cert_file: …`. */
export function formatWebConfigProblem(path: string, { line, key, message }: WebConfigProblem): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return [place, key, message].filter((part) => part !== '').join(': ');
}

/**
 * Opens a web configuration file and follows it and the files it names. They are read when the configuration is asked
 * for, at most once a second, and compared by their content: a watch would miss a Kubernetes secret, which is changed by
 * swapping a symbolic link, and a time stamp two writes within the same tick. Files that are bad, or that would switch a
 * protection off, leave the old configuration in force.
 * @throws Error that names every problem when the file cannot be used
 */
export function openWebConfigFile(path: string, clock: Clock, log: Log): WebConfigSource {
  const first = loadWebConfigFile(path);
  if ('problems' in first) throw new Error(wordsOf(path, first.problems));
  let inForce = first.config;
  let { files, digest } = first;
  let refusal: string | undefined;
  let readAt = clock.monotonicMs();
  logWarnings(first.warnings);
  if (protectionsOf(inForce).length === 0) {
    log.warn('The web configuration switches on no protection: everyone has access', { path });
  }

  function logWarnings(warnings: readonly string[]): void {
    for (const warning of warnings)
      log.warn('The web configuration has no effect in part', { path, warning });
  }

  function readAgain(): void {
    readAt = clock.monotonicMs();
    if (digestOf(files.map(readBounded)) === digest) return;
    const next = loadWebConfigFile(path);
    ({ files, digest } = next);
    refusal = refuse(next);
    if (refusal !== undefined || 'problems' in next) {
      log.error('The web configuration is refused; the old one stays in force', { problems: refusal });
      return;
    }
    logWarnings(next.warnings);
    inForce = withoutRestart(inForce, next.config, log);
    log.info('Read the web configuration again', { path });
  }

  function refuse(next: Loaded, itsPath = path): string | undefined {
    if ('problems' in next) return wordsOf(itsPath, next.problems);
    const message = refusalOf(inForce, next.config);
    return message === undefined ? undefined : wordsOf(itsPath, [problem('', message)]);
  }

  return {
    current() {
      if (clock.monotonicMs() - readAt >= RECHECK_MS) readAgain();
      return inForce;
    },
    isInForce: () => refusal === undefined,
    reload(nextPath) {
      readAgain();
      if (nextPath === path) return refusal;
      if (nextPath !== undefined) return refuse(loadWebConfigFile(nextPath), nextPath);
      const message = refusalOf(inForce);
      return message === undefined ? undefined : `web.config_file is gone. ${message}`;
    },
  };
}

type Parsed =
  | { readonly config: LoadedWebConfig; readonly warnings: readonly string[] }
  | { readonly problems: readonly WebConfigProblem[] };

type Loaded = Parsed & {
  /** The files that were read. */
  readonly files: readonly string[];
  /** Of what was read from each. */
  readonly digest: string;
};

/** The digest is of the very bytes that the configuration was made of: no change between two readings is missed. */
function loadWebConfigFile(path: string): Loaded {
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
  if ('reason' in content) return { problems: [problem('', `Cannot be read: ${content.reason}`)] };
  const parsed = parseWebConfig(content.bytes.toString('utf8'));
  if ('problems' in parsed) return parsed;
  const { tls, warnings, ...rest } = parsed.config;
  if (!tls) return { config: { ...rest, tls: undefined }, warnings };
  const loaded = loadTls(tls, dirname(path), read);
  return 'problems' in loaded ? loaded : { config: { ...rest, tls: loaded.material }, warnings };
}

/** Paths are relative to the file that names them, as in exporter-toolkit. */
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
    problems.push(problem(`tls_server_config.${key}`, `Cannot be read: ${file} (${content.reason})`));
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
  return message === undefined ? { material } : { problems: [problem('tls_server_config', message)] };
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

function problem(key: string, message: string): WebConfigProblem {
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

function digestOf(contents: readonly Content[]): string {
  const hash = createHash('sha256');
  for (const content of contents) {
    const bytes = 'bytes' in content ? content.bytes : Buffer.from(content.reason);
    hash.update(`${'bytes' in content} ${bytes.length} `).update(bytes);
  }
  return hash.digest('base64');
}

/**
 * Returns what of the next configuration can be in force without a restart. Whether the server speaks TLS and asks for
 * client certificates is settled when it starts: what it does not ask for must not count as a protection.
 */
function withoutRestart(old: LoadedWebConfig, next: LoadedWebConfig, log: Log): LoadedWebConfig {
  const { tls } = next;
  const asks = asksForCertificate(old.tls?.clientAuthType ?? 'NoClientCert');
  if (!tls || (old.tls && (asks || !asksForCertificate(tls.clientAuthType)))) return next;
  log.warn('TLS and client certificates are switched on by a restart only');
  if (!old.tls) return { ...next, tls: undefined };
  return { ...next, tls: { ...tls, clientAuthType: 'NoClientCert', clientAllowedSans: undefined } };
}

function wordsOf(path: string, problems: readonly WebConfigProblem[]): string {
  return problems.map((each) => formatWebConfigProblem(path, each)).join('\n');
}

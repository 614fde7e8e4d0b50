import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { type TlsMaterial, toSecureContextOptions } from './tls-options.ts';
import { parseWebConfig, type TlsConfig } from './web-config.ts';
import type { WebConfigProblem } from './web-config-problem.ts';
import type { LoadedWebConfig, WebConfigSource } from './web-config-source.ts';

/** How long the files are taken to be unchanged after a look at them, in milliseconds. */
const RECHECK_MS = 1_000;

/**
 * Reads a web configuration file and the files it names.
 * @returns what is wrong; empty when the file can be used
 */
export function checkWebConfigFile(path: string): WebConfigProblem[] {
  const loaded = loadWebConfigFile(path);
  return 'problems' in loaded ? loaded.problems : [];
}

/** Writes a problem so that editors and terminals can jump to it: `web-config.yml:3: tls_server_config.cert_file: …`. */
export function formatWebConfigProblem(path: string, { line, key, message }: WebConfigProblem): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return [place, key, message].filter((part) => part !== '').join(': ');
}

/**
 * Opens a web configuration file, and reads it again when it or a file it names has changed. The files are looked at
 * when the configuration is asked for, at most once a second: a watch would miss a Kubernetes secret, which is changed
 * by swapping a symbolic link. A bad file leaves the old configuration in force.
 * @throws Error that names every problem when the file cannot be used
 */
export function openWebConfigFile(path: string, clock: Clock, log: Log): WebConfigSource {
  const first = loadWebConfigFile(path);
  if ('problems' in first) throw new Error(wordsOf(path, first.problems));
  let { config, files } = first;
  let seen = fingerprintOf(files);
  let checkedAt = clock.monotonicMs();

  function reload(): void {
    const next = loadWebConfigFile(path);
    files = next.files;
    seen = fingerprintOf(files);
    if ('problems' in next) {
      log.error('The web configuration is bad; the old one stays in force', {
        problems: wordsOf(path, next.problems),
      });
      return;
    }
    warnOfRestart(config, next.config, log);
    config = next.config;
    log.info('Read the web configuration again', { path });
  }

  return {
    current() {
      if (clock.monotonicMs() - checkedAt >= RECHECK_MS) {
        checkedAt = clock.monotonicMs();
        if (fingerprintOf(files) !== seen) reload();
      }
      return config;
    },
  };
}

type Loaded = { readonly files: readonly string[] } & (
  | { readonly config: LoadedWebConfig }
  | { readonly problems: WebConfigProblem[] }
);

function loadWebConfigFile(path: string): Loaded {
  const text = readOr(path);
  if ('reason' in text) return { files: [path], problems: [problem('', `Cannot be read: ${text.reason}`)] };
  const parsed = parseWebConfig(text.content.toString('utf8'));
  if ('problems' in parsed) return { files: [path], problems: parsed.problems };
  const { tls, ...rest } = parsed.config;
  if (!tls) return { files: [path], config: { ...rest, tls: undefined } };
  const loaded = loadTls(tls, dirname(path));
  const files = [path, ...loaded.files];
  return 'problems' in loaded
    ? { files, problems: loaded.problems }
    : { files, config: { ...rest, tls: loaded.material } };
}

/** Paths are relative to the file that names them, as in exporter-toolkit. */
function loadTls(tls: TlsConfig, folder: string) {
  const problems: WebConfigProblem[] = [];
  const files: string[] = [];
  const read = (key: string, name: string): Buffer => {
    const file = resolve(folder, name);
    files.push(file);
    const result = readOr(file);
    if ('content' in result) return result.content;
    problems.push(problem(`tls_server_config.${key}`, `Cannot be read: ${file} (${result.reason})`));
    return Buffer.alloc(0);
  };
  const { certFile, keyFile, clientCaFile, ...rest } = tls;
  const material: TlsMaterial = {
    ...rest,
    cert: read('cert_file', certFile),
    key: read('key_file', keyFile),
    clientCa: clientCaFile === undefined ? undefined : read('client_ca_file', clientCaFile),
  };
  if (problems.length > 0) return { files, problems };
  try {
    createSecureContext(toSecureContextOptions(material));
    return { files, material };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Certificate, key and authorities cannot be used together: ${reason}`;
    return { files, problems: [problem('tls_server_config', message)] };
  }
}

function problem(key: string, message: string): WebConfigProblem {
  return { line: undefined, key, message };
}

function readOr(path: string): { content: Buffer } | { reason: string } {
  try {
    return { content: readFileSync(path) };
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

/** Changes when one of the files is written, replaced, or put in place by a symbolic link. */
function fingerprintOf(files: readonly string[]): string {
  return files.map(fingerprintOfFile).join(' ');
}

function fingerprintOfFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}` : 'absent';
}

function warnOfRestart(old: LoadedWebConfig, next: LoadedWebConfig, log: Log): void {
  const asks = ({ tls }: LoadedWebConfig) => tls && tls.clientAuthType !== 'NoClientCert';
  const isOther = (old.tls === undefined) !== (next.tls === undefined) || asks(old) !== asks(next);
  if (isOther) log.warn('TLS and client certificates are switched on or off by a restart only');
}

function wordsOf(path: string, problems: readonly WebConfigProblem[]): string {
  return problems.map((each) => formatWebConfigProblem(path, each)).join('\n');
}

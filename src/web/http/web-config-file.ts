import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { digestOfFiles, type LoadedFile, loadWebConfigFile, problemOfFile } from './load-web-config.ts';
import { requestsCertificate } from './tls-options.ts';
import { type LoadedWebConfig, protectionsOf, refusalOf, type WebConfigSource } from './web-config.ts';
import type { WebConfigProblem } from './web-config-problems.ts';

/** The shortest time between two reads of the files, in milliseconds: 1 s. */
const RECHECK_MS = 1_000;

/**
 * Reads a web configuration file and the files it names.
 * @returns the problems; empty if the file is valid
 */
export function checkWebConfigFile(path: string): readonly WebConfigProblem[] {
  const loaded = loadWebConfigFile(path);
  return 'problems' in loaded ? loaded.problems : [];
}

/** Formats a problem so that editors and terminals can link to its line: `web-config.yml:3: tls_server_config.cert_file: …`. */
export function formatWebConfigProblem(path: string, { line, key, message }: WebConfigProblem): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return [place, key, message].filter((part) => part !== '').join(': ');
}

/**
 * Opens a web configuration file and applies later changes of it and of the files it names. They are read when the
 * configuration is requested, at most once a second, and compared by their content: a file watcher would miss a Kubernetes
 * secret, which is changed by swapping a symbolic link, and a time stamp would miss the second of two writes within one tick.
 * Files that are not valid, or that would switch a protection off, leave the old configuration in force.
 * @throws Error that names every problem if the file is not valid
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
    log.warn('The web configuration switches on no protection: every client has access', { path });
  }

  function logWarnings(warnings: readonly string[]): void {
    for (const warning of warnings)
      log.warn('The web configuration has no effect in part', { path, warning });
  }

  function readAgain(): void {
    readAt = clock.monotonicMs();
    if (digestOfFiles(files) === digest) return;
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

  function refuse(next: LoadedFile, itsPath = path): string | undefined {
    if ('problems' in next) return wordsOf(itsPath, next.problems);
    const message = refusalOf(inForce, next.config);
    return message === undefined ? undefined : wordsOf(itsPath, [problemOfFile('', message)]);
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

/**
 * Returns the part of the next configuration that can be in force without a restart. Whether the server uses TLS and requests
 * client certificates is fixed at its start: certificates that it does not request must not count as a protection.
 */
function withoutRestart(old: LoadedWebConfig, next: LoadedWebConfig, log: Log): LoadedWebConfig {
  const { tls } = next;
  const requests = requestsCertificate(old.tls?.clientAuthType ?? 'NoClientCert');
  if (!tls || (old.tls && (requests || !requestsCertificate(tls.clientAuthType)))) return next;
  log.warn('TLS and client certificates are switched on by a restart only');
  if (!old.tls) return { ...next, tls: undefined };
  return { ...next, tls: { ...tls, clientAuthType: 'NoClientCert', clientAllowedSans: undefined } };
}

function wordsOf(path: string, problems: readonly WebConfigProblem[]): string {
  return problems.map((each) => formatWebConfigProblem(path, each)).join('\n');
}

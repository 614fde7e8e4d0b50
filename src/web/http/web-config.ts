import type { z } from 'zod';
import type { TlsMaterial, TlsPolicy } from './tls-options.ts';
import { readYaml, toProblems, type WebConfigProblem } from './web-config-problems.ts';
import { WEB_CONFIG_SCHEMA } from './web-config-schema.ts';

/**
 * A web configuration file, in the format of Prometheus' exporter-toolkit
 * (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md).
 */
interface WebConfig {
  readonly tls: TlsConfig | undefined;
  /** Response headers to set; an empty value omits the header. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user name. Empty disables authentication. */
  readonly users: ReadonlyMap<string, string>;
  /** The limit for all clients together; undefined: no limit. */
  readonly rateLimit: RateLimit | undefined;
  /** Settings of the file that Headroom ignores; a sentence each. None of them restricts access. */
  readonly warnings: readonly string[];
}

/** The settings of a token bucket: `burst` requests at once, then one per interval. */
interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** A PEM text, or the name of a file that contains it, as written. */
export type PemSource = { readonly text: string } | { readonly file: string };

/** TLS settings as written. */
export interface TlsConfig extends TlsPolicy {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | undefined;
}

type File = z.infer<typeof WEB_CONFIG_SCHEMA>;

/** Parses the text of a web configuration file. */
export function parseWebConfig(text: string): { config: WebConfig } | { problems: WebConfigProblem[] } {
  const yaml = readYaml(text);
  if ('problems' in yaml) return yaml;
  const parsed = WEB_CONFIG_SCHEMA.safeParse(yaml.value ?? {});
  if (parsed.success) return { config: toWebConfig(parsed.data) };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, yaml)) };
}

function toWebConfig(file: File): WebConfig {
  const headers = Object.entries(file.http_server_config?.headers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    tls: file.tls_server_config ? toTlsConfig(file.tls_server_config) : undefined,
    headers: Object.fromEntries(headers),
    users: new Map(Object.entries(file.basic_auth_users ?? {})),
    rateLimit: toRateLimit(file.rate_limit),
    warnings: file.http_server_config?.http2 ? ['http2 is not supported; HTTP/1.1 is served'] : [],
  };
}

function toTlsConfig(tls: NonNullable<File['tls_server_config']>): TlsConfig {
  const { client_auth_type: type, cipher_suites: ciphers, curve_preferences: curves } = tls;
  return {
    cert: toPemSource(tls.cert, tls.cert_file) ?? { text: '' },
    key: toPemSource(tls.key, tls.key_file) ?? { text: '' },
    clientCa: toPemSource(tls.client_ca, tls.client_ca_file),
    clientAuthType: type === 'RequireClientCert' ? 'RequireAnyClientCert' : type,
    clientAllowedSans: tls.client_allowed_sans,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
    // As in Go, an empty list is the default.
    cipherSuites: ciphers?.length ? ciphers : undefined,
    prefersServerCiphers: tls.prefer_server_cipher_suites,
    curves: curves?.length ? curves : undefined,
  };
}

function toPemSource(text: string | undefined, file: string | undefined): PemSource | undefined {
  if (text !== undefined) return { text };
  return file === undefined ? undefined : { file };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Converts the rate limit to numbers. The schema has checked the texts. */
function toRateLimit(limit: File['rate_limit']): RateLimit | undefined {
  if (!limit) return undefined;
  const parts = String(limit.interval).matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  const intervalMs = [...parts].reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNIT_MS[unit] ?? 0), 0);
  return intervalMs > 0 ? { intervalMs, burst: Number(limit.burst) } : undefined;
}

/** Contains a web configuration and the content of the files it names. */
export interface LoadedWebConfig extends Omit<WebConfig, 'tls' | 'warnings'> {
  readonly tls: TlsMaterial | undefined;
}

/** Returns the current web configuration, which changes with its files. */
export interface WebConfigSource {
  /** Returns the current configuration; the same object until a change. */
  current(): LoadedWebConfig;
  /** Reports whether the newest content of the files is in force; false while older settings are. */
  isInForce(): boolean;
  /**
   * Reads the files, for a reload of the whole configuration.
   * @param path the file that the new configuration names; a different file takes effect at the next start
   * @returns the reason to reject the reload; undefined if there is none
   */
  reload(path: string | undefined): string | undefined;
}

const PLAIN: LoadedWebConfig = { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined };

/** The web configuration without a file: plain HTTP without authentication. */
export const NO_WEB_CONFIG: WebConfigSource = {
  current: () => PLAIN,
  isInForce: () => true,
  reload: () => undefined,
};

/** Returns the names of the active protections. */
export function protectionsOf({ users, tls, rateLimit }: LoadedWebConfig): string[] {
  const type = tls?.clientAuthType;
  const protections = {
    'basic authentication': users.size > 0,
    TLS: tls !== undefined,
    'client certificates': type === 'RequireAnyClientCert' || type === 'RequireAndVerifyClientCert',
    'verification of client certificates':
      type === 'VerifyClientCertIfGiven' || type === 'RequireAndVerifyClientCert',
    client_allowed_sans: tls?.clientAllowedSans !== undefined,
    'the rate limit': rateLimit !== undefined,
  };
  return Object.entries(protections).flatMap(([name, isOn]) => (isOn ? [name] : []));
}

/**
 * Returns the message that rejects a change that would switch protections off; undefined if it switches none off. A running
 * Headroom rejects such a change because an empty or half-written file cannot be told from an intended change.
 * @param next default: the configuration without a file
 */
export function refusalOf(inForce: LoadedWebConfig, next: LoadedWebConfig = PLAIN): string | undefined {
  const left = new Set(protectionsOf(next));
  const lost = protectionsOf(inForce).filter((name) => !left.has(name));
  if (lost.length === 0) return undefined;
  return `Would switch off ${lost.join(', ')}, which only a restart does`;
}

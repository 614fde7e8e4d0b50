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
  /** Response headers to set; an empty value leaves the header out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user name. Empty disables authentication. */
  readonly users: ReadonlyMap<string, string>;
  /** For all clients together. */
  readonly rateLimit: RateLimit | undefined;
  /** What the file asks for and Headroom does not do; a sentence each. Never something that restricts access. */
  readonly warnings: readonly string[];
}

/** A token bucket: one request per interval, after `burst` at once. */
interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** A PEM text, or the name of the file that holds it, as written. */
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

/** The schema has checked the texts. */
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
  /** The configuration as of now; the same object as long as nothing has changed. */
  current(): LoadedWebConfig;
  /** Whether the files as they were last read are in force; false while older settings are. */
  isInForce(): boolean;
  /**
   * Reads the files now, for a reload of the whole configuration.
   * @param path the file that the configuration names now; another one takes effect at the next start
   * @returns why the reload must be refused; undefined when it need not be
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
 * Words the refusal of a step that would switch protections off; undefined when none would be. A running Headroom never
 * takes it: an empty or half-written file looks the same as a wish.
 * @param next the configuration without a file unless given
 */
export function refusalOf(inForce: LoadedWebConfig, next: LoadedWebConfig = PLAIN): string | undefined {
  const left = new Set(protectionsOf(next));
  const lost = protectionsOf(inForce).filter((name) => !left.has(name));
  if (lost.length === 0) return undefined;
  return `Would switch off ${lost.join(', ')}, which only a restart does`;
}

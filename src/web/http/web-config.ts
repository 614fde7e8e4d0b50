import type { TlsMaterial, TlsPolicy } from './tls-options.ts';

/**
 * A web configuration file, in the format of Prometheus' exporter-toolkit
 * (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md).
 */
export interface WebConfig {
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
export interface RateLimit {
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

import type { TlsMaterial } from './tls-options.ts';
import type { WebConfig } from './web-config.ts';

/** A web configuration with the files it names read. */
export interface LoadedWebConfig extends Omit<WebConfig, 'tls' | 'warnings'> {
  readonly tls: TlsMaterial | undefined;
}

/** A web configuration that follows its files. */
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

/** Without a file: plain HTTP, for everyone. */
export const NO_WEB_CONFIG: WebConfigSource = {
  current: () => PLAIN,
  isInForce: () => true,
  reload: () => undefined,
};

/** Names what keeps strangers out. */
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

import type { Secret } from '../kit/secret.ts';
import type { CredentialIdentity } from './credential-state.ts';
import type { ImageReference } from './image-reference.ts';

/** A login at the hub, as read at the moment of use. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'identity-token'; readonly token: Secret };

/**
 * Reads a login anew: files and credential helpers are asked at each use, so that a rotated password needs no restart.
 * Rejects with an `Error` whose message names the place and holds no secret.
 */
export type ReadLogin = () => Promise<Login>;

/** Whether two logins would send the hub the same secret. */
export function sameLogin(a: Login, b: Login): boolean {
  if (a.kind === 'password')
    return b.kind === 'password' && a.username === b.username && a.password.equals(b.password);
  return b.kind === 'identity-token' && a.token.equals(b.token);
}

/** How a credential's requests leave this machine; each way out can be another bucket. Nothing set: as the system does. */
export interface Route {
  /** Address of this machine to leave from. */
  readonly localAddress?: string;
  /** Leave by IPv4 or by IPv6 only: a dual-stack machine has an anonymous bucket in each. */
  readonly ipFamily?: 4 | 6;
  /** HTTP, HTTPS or SOCKS5 proxy, with its login in the user part. Without it the proxy environment variables hold. */
  readonly proxyUrl?: Secret;
  /** The key that the proxy comes from, for messages. Default `proxy_url`. */
  readonly proxyKey?: 'proxy_url' | 'proxy_url_file';
}

/** A configured login, or the anonymous one, with the route it leaves by and the way it is polled. */
export interface Credential {
  readonly identity: CredentialIdentity;
  /** Undefined for the anonymous credential. */
  readonly readLogin: ReadLogin | undefined;
  readonly route: Route;
  /** The image whose manifest is asked for. */
  readonly image: ImageReference;
  /** Cron expression of 5 or 6 fields. */
  readonly schedule: string;
  /** The IANA name of the zone whose local time the schedule means; undefined is that of the machine. */
  readonly timezone?: string | undefined;
  /** Each probe starts up to this much after the schedule says, in milliseconds. */
  readonly jitterMs: number;
  /** The whole probe, token included, ends after this, in milliseconds. */
  readonly timeoutMs: number;
}

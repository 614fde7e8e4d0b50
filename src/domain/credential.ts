import type { Secret } from '../kit/secret.ts';
import type { CredentialIdentity } from './credential-state.ts';
import type { ImageReference } from './image-reference.ts';

/** A login at the hub, read immediately before use. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'identity-token'; readonly token: Secret };

/**
 * Reads a login. Files and credential helpers are read at each call, so that a rotated password needs no restart. Rejects
 * with an `Error` whose message names the setting and contains no secret.
 */
export type ReadLogin = () => Promise<Login>;

/** How the requests of a credential leave this machine. Each route can have its own bucket. Default: as the system does. */
export interface Route {
  /** Local address that requests are sent from. */
  readonly localAddress?: string;
  /** Restricts requests to IPv4 or IPv6: a dual-stack machine has an anonymous bucket for each. */
  readonly ipFamily?: 4 | 6;
  /** HTTP, HTTPS or SOCKS5 proxy, with its login in the user part. Default: the proxy environment variables. */
  readonly proxyUrl?: Secret;
  /** The configuration key of the proxy, for messages. Default `proxy_url`. */
  readonly proxyKey?: 'proxy_url' | 'proxy_url_file';
}

/** A configured credential, with or without login: its route, and how it is polled. */
export interface Credential {
  readonly identity: CredentialIdentity;
  /** Undefined for the anonymous credential. */
  readonly readLogin: ReadLogin | undefined;
  readonly route: Route;
  /** The image whose manifest is requested. */
  readonly image: ImageReference;
  /** Cron expression of 5 or 6 fields. */
  readonly schedule: string;
  /** The IANA name of the time zone of the schedule. Default: the zone of this machine. */
  readonly timezone?: string | undefined;
  /** The longest random delay of a probe after its scheduled time, in milliseconds. */
  readonly jitterMs: number;
  /** The time limit of a probe, token request included, in milliseconds. */
  readonly timeoutMs: number;
}

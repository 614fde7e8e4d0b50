import type { Secret } from '../kit/secret.ts';

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

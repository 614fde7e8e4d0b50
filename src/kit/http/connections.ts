import { Agent } from 'undici';
import { type Connector, createConnector } from './connector.ts';
import type { Lookup } from './open-socket.ts';
import type { ProxyServer } from './proxy.ts';
import type { Trust } from './trust.ts';

/** How connections are made and kept. */
export interface ConnectionOptions {
  /** `User-Agent` of every request, and of CONNECT. */
  readonly userAgent?: string | undefined;
  /**
   * Closes each connection after its answer, and accepts bare LF found ends in the head of the answer. Default false:
   * connections are kept for the next request.
   */
  readonly isOneShot?: boolean;
  /** How long an unused connection is kept, in milliseconds. Default 4 s. */
  readonly keepAliveMs?: number;
  /** Connections to one origin; further requests wait. Default 128. */
  readonly connections?: number;
  /** Whether certificates are checked. Default true. */
  readonly rejectUnauthorized?: boolean;
  /** The name that the certificates of targets are checked for. Default: the host of the URL. */
  readonly serverName?: string | undefined;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
}

/** How one request leaves this machine. Default of each field: as the system does. */
export interface HttpRoute {
  readonly localAddress?: string | undefined;
  readonly ipFamily?: 4 | 6 | undefined;
  /** Replaces the proxy that the rules choose. */
  readonly proxy?: ProxyServer | undefined;
}

/** The connections of one combination of route, proxy and trust. */
export interface RouteConnections {
  readonly agent: Agent;
  readonly connector: Connector;
}

/** The open connections of a client, by route, proxy and trust. */
export interface Connections {
  /** Returns the connections of a combination. The first request opens one. */
  of(route: HttpRoute, proxy: ProxyServer | undefined, trust: Trust): RouteConnections;
  /** Ends every connection, and the requests on them. */
  close(): Promise<void>;
}

/** The most combinations of route and trust with open connections. Above it, the least recently used one is closed. */
const MAX_OPEN = 1_024;
const DEFAULT_KEEP_ALIVE_MS = 4_000;
const DEFAULT_CONNECTIONS = 128;

/** Creates an empty set of connections. */
export function createConnections(options: ConnectionOptions): Connections {
  /** In order of use, oldest first. */
  const routes = new Map<string, RouteConnections>();

  function connectionsOf(route: HttpRoute, proxy: ProxyServer | undefined, trust: Trust): RouteConnections {
    const key = keyOf(route, proxy, trust);
    const found = routes.get(key) ?? createRouteConnections(options, route, proxy, trust);
    routes.delete(key);
    routes.set(key, found);
    const [oldest] = routes.size > MAX_OPEN ? routes : [];
    if (oldest) {
      routes.delete(oldest[0]);
      void oldest[1].agent.close();
    }
    return found;
  }

  return {
    of: connectionsOf,
    async close() {
      const closed = [...routes.values()];
      routes.clear();
      for (const { connector } of closed) connector.close();
      await Promise.all(closed.map(({ agent }) => agent.destroy()));
    },
  };
}

function createRouteConnections(
  options: ConnectionOptions,
  route: HttpRoute,
  proxy: ProxyServer | undefined,
  trust: Trust,
): RouteConnections {
  const { connections = DEFAULT_CONNECTIONS, keepAliveMs = DEFAULT_KEEP_ALIVE_MS } = options;
  const connector = createConnector({
    localAddress: route.localAddress,
    ipFamily: route.ipFamily,
    proxy,
    secureContext: trust.secureContext,
    rejectUnauthorized: options.rejectUnauthorized,
    serverName: options.serverName,
    isLenient: options.isOneShot,
    userAgent: options.userAgent,
    lookup: options.lookup,
  });
  const agent = new Agent({ connections, connect: connector.connect, keepAliveTimeout: keepAliveMs });
  return { agent, connector };
}

function keyOf(
  { localAddress, ipFamily }: HttpRoute,
  proxy: ProxyServer | undefined,
  { version }: Trust,
): string {
  const byProxy = proxy && [proxy.protocol, proxy.host, proxy.setting, proxy.login()];
  return JSON.stringify([version, localAddress, ipFamily, byProxy]);
}

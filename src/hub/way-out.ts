import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici';
import type { ProxyEnvironment } from '../domain/proxy-environment.ts';
import type { Route } from '../domain/route.ts';
import { CONNECT_TIMEOUT_MS, mendingLineEnds, socketOptions, towardsProxy } from './connector.ts';
import { ProxyFault } from './network-fault.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** Most connections at once by one way out to one host; further requests wait. The poller's concurrency is usually less. */
const MAX_CONNECTIONS = 128;

/**
 * Opens one way out: a dispatcher that leaves by the route's address, family and proxy, or by the environment's proxy.
 * @throws ProxyFault when the proxy's URL is not one
 */
export function openWayOut(route: Route, anchors: TrustAnchors, environment: ProxyEnvironment): Dispatcher {
  const sockets = socketOptions(route, anchors.context);
  const { localAddress } = route;
  const options: Agent.Options & Partial<ProxyAgent.Options> = {
    connections: MAX_CONNECTIONS,
    // Direct connections. undici's connector takes the local address of each call, not of its options.
    connect: withLocalAddress(buildConnector(sockets), localAddress),
    // Called with the connector that leads to the hub, which through a proxy is undici's own tunnel.
    factory: (origin, pool: Pool.Options) => new Pool(origin, { ...pool, connect: mended(pool.connect) }),
    // The hub beyond the tunnel, the proxy itself, and the connections to it.
    requestTls: sockets,
    proxyTls: sockets,
    clientFactory: (origin, pool: Pool.Options) => new Pool(origin, proxyPool(pool, localAddress)),
  };
  const { proxyUrl } = route;
  if (!proxyUrl && environment.httpProxy === '' && environment.httpsProxy === '') return new Agent(options);
  if (!proxyUrl) return guarded(() => new EnvHttpProxyAgent({ ...options, ...environment }));
  return guarded(() => new ProxyAgent({ ...options, ...withCredentials(proxyUrl.reveal()) }));
}

function mended(connect: Pool.Options['connect']): buildConnector.connector {
  return mendingLineEnds(typeof connect === 'function' ? connect : buildConnector(connect ?? {}));
}

function proxyPool(pool: Pool.Options, localAddress: string | undefined): Pool.Options {
  const connect = typeof pool.connect === 'function' ? pool.connect : buildConnector(pool.connect ?? {});
  return {
    ...pool,
    connect: towardsProxy(withLocalAddress(connect, localAddress)),
    // A proxy that takes the connection and then says nothing would be waited for beyond the probe's own deadline.
    headersTimeout: CONNECT_TIMEOUT_MS,
  };
}

function withLocalAddress(
  connect: buildConnector.connector,
  localAddress: string | undefined,
): buildConnector.connector {
  if (localAddress === undefined) return connect;
  return (options, callback) => connect({ ...options, localAddress }, callback);
}

/** Takes user name and password out of a proxy's URL: undici sends them only when both are there. */
function withCredentials(proxyUrl: string): { uri: string; token?: string } {
  const url = new URL(proxyUrl);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { uri: url.href };
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return { uri: url.href, token: `Basic ${credentials}` };
}

/** Errors about a URL quote it, with the password in it: they must not get further than here. */
function guarded(open: () => Dispatcher): Dispatcher {
  try {
    return open();
  } catch {
    throw new ProxyFault('The URL of the proxy is not valid');
  }
}

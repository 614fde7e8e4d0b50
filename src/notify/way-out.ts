import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { readProxyEnvironment } from '../domain/proxy-environment.ts';

/** The connections by which messages leave. */
export interface WayOut {
  /**
   * @throws Error when the proxy that the environment names is not one, without its URL
   */
  dispatcherFor(url: URL): Dispatcher;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/** How long a connection may take to be set up, and stay open unused, in milliseconds. */
const TIMES = { connect: { timeout: 5_000 }, keepAliveTimeout: 10_000 };

/** The way out of this machine: directly, or by the proxy of the usual variables, as the hub is asked. */
export function createWayOut(env: Readonly<Record<string, string | undefined>>): WayOut {
  const open = new Map<string, Dispatcher>();
  return {
    dispatcherFor(url) {
      const dispatcher = open.get(url.protocol) ?? openWayOut(env, url);
      open.set(url.protocol, dispatcher);
      return dispatcher;
    },
    async close() {
      const dispatchers = [...open.values()];
      open.clear();
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function openWayOut(env: Readonly<Record<string, string | undefined>>, url: URL): Dispatcher {
  const environment = readProxyEnvironment(env, url);
  if (environment.httpProxy === '' && environment.httpsProxy === '') return new Agent(TIMES);
  try {
    return new EnvHttpProxyAgent({ ...TIMES, ...environment });
  } catch {
    // The error quotes the proxy's URL, with the password in it.
    throw Object.assign(new Error('The URL of the proxy is not valid'), { code: 'INVALID_PROXY' });
  }
}

import type { Dispatcher } from 'undici';
import type { ProxyEnvironment } from '../domain/proxy-environment.ts';
import type { Route } from '../domain/route.ts';
import type { TrustAnchors } from './trust-anchors.ts';
import { openWayOut } from './way-out.ts';

/** The ways out that are open, one for each distinct route. */
export interface WaysOut {
  /**
   * @throws ProxyFault when the proxy's URL is not one
   */
  take(route: Route, anchors: TrustAnchors): Dispatcher;
  /** Cuts every connection; one that is still being made ends by itself, within 30 s. */
  close(): Promise<void>;
}

/** Most ways out that stay open; beyond it the one that has been unused for longest is closed. */
const MAX_OPEN = 1_024;

/** Creates the ways out of one hub. */
export function createWaysOut(environment: ProxyEnvironment): WaysOut {
  /** In order of use, oldest first. */
  const open = new Map<string, Dispatcher>();

  return {
    take(route, anchors) {
      const { localAddress, ipFamily, proxyUrl } = route;
      const key = JSON.stringify([anchors.version, localAddress, ipFamily, proxyUrl?.reveal()]);
      const dispatcher = open.get(key) ?? openWayOut(route, anchors, environment);
      open.delete(key);
      open.set(key, dispatcher);
      const [oldest] = open.size > MAX_OPEN ? open : [];
      if (oldest) {
        open.delete(oldest[0]);
        void oldest[1].close();
      }
      return dispatcher;
    },
    async close() {
      const dispatchers = [...open.values()];
      open.clear();
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

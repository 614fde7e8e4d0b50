import type { WebConfig } from './config/config.ts';

/** What the page's address is made of. */
type PageFacts = Pick<WebConfig, 'externalUrl' | 'listenAddresses' | 'routePrefix'>;

/** Addresses that stand for every one of the machine. */
const EVERYWHERE: ReadonlySet<string | undefined> = new Set([undefined, '0.0.0.0', '::']);

/**
 * Where people find the page, for the links in messages, with a slash at its end. Without `web.external_url` it is called
 * by the machine's name, as Prometheus and Alertmanager call theirs; what listens on one address only, by that.
 * @param hostName the machine's name
 * @param listening where it listens by now, by its real scheme and port; undefined before that is known
 */
export function pageUrlOf(web: PageFacts, hostName: string, listening?: URL): string {
  const { externalUrl, listenAddresses, routePrefix } = web;
  return withSlash(externalUrl?.href ?? `${originOf(listenAddresses[0], hostName, listening)}${routePrefix}`);
}

function originOf(
  address: PageFacts['listenAddresses'][number] | undefined,
  hostName: string,
  listening?: URL,
): string {
  const host = EVERYWHERE.has(address?.host) ? hostName : (address?.host ?? '');
  const name = host.includes(':') ? `[${host}]` : host;
  const origin = `${listening?.protocol ?? 'http:'}//${name}:${listening?.port || address?.port}`;
  // Some machines have names that no URL can hold; whoever sits at this one can still follow the link.
  return URL.canParse(origin) ? origin : `http://localhost:${address?.port}`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

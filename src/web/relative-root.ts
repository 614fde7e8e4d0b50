/**
 * The way from a page to the root of all pages, as a relative reference: `./` from `/headroom/`, `../` from
 * `/headroom/credentials/ci`. Relative links hold behind every proxy, whether it keeps the prefix or takes it off.
 * @param url the path of the request, with or without a query
 */
export function relativeRoot(url: string, routePrefix: string): string {
  const [path = '/'] = url.split('?');
  const prefix = routePrefix === '/' ? '/' : `${routePrefix}/`;
  const isInside = path.startsWith(prefix);
  const depth = path.split('/').length - (isInside ? prefix.split('/').length : 2);
  const up = '../'.repeat(Math.max(depth, 0)) || './';
  return isInside ? up : `${up}${prefix.slice(1)}`;
}

/** The proxy that the environment asks for, as `EnvHttpProxyAgent` takes it: an empty text is none. */
export interface ProxyEnvironment {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** What is on this machine is never reached through a proxy, which would look for it on its own machine. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads `http_proxy`, `https_proxy` and `no_proxy`, in lower case before upper case, as curl does. A proxy without a
 * scheme is an http one.
 *
 * For an https target `http_proxy` does not count. undici would fall back to it, but Docker, curl and everything written
 * in Go leave directly then, and Headroom has to leave as they do to see the same bucket.
 */
export function readProxyEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  target: URL,
): ProxyEnvironment {
  const read = (name: string): string => (env[name] ?? env[name.toUpperCase()] ?? '').trim();
  const noProxy = read('no_proxy');
  return {
    httpProxy: target.protocol === 'https:' ? '' : withScheme(read('http_proxy')),
    httpsProxy: withScheme(read('https_proxy')),
    // A lone asterisk, and only a lone one, switches every proxy off.
    noProxy: noProxy === '*' ? noProxy : [noProxy, ...LOOPBACK].filter(Boolean).join(','),
  };
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

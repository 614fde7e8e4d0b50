import { isIP } from 'node:net';
import type { Route } from '../domain/route.ts';
import type { Secret } from '../kit/secret.ts';
import type { RouteEntry } from './credential-settings.ts';
import { isProxyUrl } from './kinds/proxy-url.ts';
import { readSecretFile } from './logins/password-file.ts';
import type { ReadFile } from './read-text.ts';
import type { Scope } from './scope.ts';
import { reportUnusable } from './scope.ts';

/** Reads the way that a credential's requests leave by. A proxy's file is read once, when the configuration is. */
export async function readCredentialRoute(entry: RouteEntry | undefined, scope: Scope): Promise<Route> {
  if (!entry) return {};
  reportConflicts(entry, scope);
  const { local_address: localAddress, ip_family: ipFamily, proxy_url_file: path } = entry.values;
  let proxyUrl = entry.values.proxy_url;
  if (path !== undefined) {
    const input = entry.written.proxy_url_file;
    await reportUnusable(scope, `${entry.key}.proxy_url_file`, input, async () => {
      proxyUrl = await readProxyFile(path, scope.readFile);
    });
  }
  return {
    ...(localAddress !== undefined && { localAddress }),
    ...(ipFamily !== undefined && { ipFamily }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    ...(proxyUrl !== undefined && path !== undefined && { proxyKey: 'proxy_url_file' }),
  };
}

async function readProxyFile(path: string, readFile: ReadFile): Promise<Secret> {
  const proxyUrl = await readSecretFile(path, readFile);
  if (!isProxyUrl(proxyUrl.reveal()))
    throw new Error(`Cannot use ${path}: it does not hold the URL of an http, https or socks5 proxy`);
  return proxyUrl;
}

function reportConflicts({ values, written, key }: RouteEntry, { report }: Scope): void {
  if (written.proxy_url && written.proxy_url_file) {
    report({
      place: written.proxy_url_file.place,
      key: `${key}.proxy_url_file`,
      message: 'The route has a proxy beside this one',
      allowed: 'proxy_url or proxy_url_file',
    });
  }
  const { local_address: address, ip_family: family } = values;
  if (address !== undefined && family !== undefined && isIP(address) !== family && written.local_address) {
    report({
      place: written.local_address.place,
      key: `${key}.local_address`,
      message: `Not an IPv${family} address`,
      found: JSON.stringify(address),
      allowed: 'an address of the family that ip_family names',
    });
  }
}

import { FILE_LIMITS } from '../../kit/bounded-file.ts';
import type { ListenAddress } from '../../kit/network-address.ts';
import type { WebConfig } from '../config.ts';
import { readText } from '../files.ts';
import { hostName, listenAddress, routePrefix, trimPath } from '../kinds/address.ts';
import { trueOrFalse } from '../kinds/choice.ts';
import { distinct, listOf } from '../kinds/collection.ts';
import { filePath } from '../kinds/file-path.ts';
import { webUrl } from '../kinds/url.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection, reportUnusable } from '../scope.ts';
import { optional, setting } from '../settings.ts';

const EVERYWHERE: ListenAddress = { host: undefined, port: 10_429 };
/** The kind of `web.listen_address`: one or several addresses. */
export const listenAddresses = distinct(listOf(listenAddress, { nouns: 'addresses', allowSingle: true }));
const hostNames = distinct(listOf(hostName, { nouns: 'host names', allowEmpty: true }));

/** The keys of the section `web`. */
export const WEB_SETTINGS = {
  listen_address: setting(listenAddresses, [EVERYWHERE], {
    flag: 'web.listen-address',
    variable: 'HEADROOM_LISTEN_ADDRESS',
  }),
  route_prefix: optional(routePrefix, { flag: 'web.route-prefix' }),
  external_url: optional(webUrl('https://headroom.example.com/path', 'path'), {
    flag: 'web.external-url',
  }),
  config_file: optional(filePath, { flag: 'web.config.file' }),
  enable_admin: setting(trueOrFalse, false),
  allowed_hosts: setting(hostNames, []),
};

/** Reads the section `web`. The default of the route prefix is the path of the external URL, as in Prometheus. */
export async function readWeb(scope: Scope): Promise<Section<WebConfig>> {
  const { values, written, shown } = readSection(scope, 'web', WEB_SETTINGS);
  const { listen_address: addresses, external_url: externalUrl, config_file: configFile } = values;
  const { enable_admin: enableAdmin, allowed_hosts: allowedHosts } = values;
  if (configFile !== undefined) {
    const check = () => checkWebConfig(scope, configFile);
    await reportUnusable(scope, 'web.config_file', written.config_file, check);
  }
  const prefix = values.route_prefix ?? trimPath(externalUrl?.pathname ?? '/');
  return {
    value: {
      listenAddresses: addresses,
      routePrefix: prefix,
      externalUrl,
      configFile,
      enableAdmin,
      allowedHosts,
    },
    shown: { ...shown, route_prefix: prefix },
  };
}

/** @throws Error if the file cannot be read; problems of its content are reported */
async function checkWebConfig(
  { readFile, checkWebConfig: check, report }: Scope,
  path: string,
): Promise<void> {
  await readText(readFile, path, FILE_LIMITS.webConfig);
  for (const { line = 1, key, message } of await check(path)) {
    report({ place: { kind: 'file', path, line, column: 1 }, key: key === '' ? undefined : key, message });
  }
}

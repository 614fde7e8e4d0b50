import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ClientLogin, HubEndpoint } from './hub-endpoint.ts';
import { startService } from './program.ts';

/** Debian's docker-registry as a pull-through cache of a hub. */
export interface RegistryCache {
  readonly endpoint: HubEndpoint;
  stop(): Promise<void>;
}

/**
 * Starts a cache with an empty store; it listens on a free port of loopback.
 * @param debugPort where it serves `/debug/vars`; nowhere by default
 */
export async function startRegistryCache(
  hub: HubEndpoint,
  login?: ClientLogin,
  debugPort?: number,
): Promise<RegistryCache> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-registry-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const configFile = join(folder, 'config.yml');
  const authorityFile = join(folder, 'authority.pem');
  writeFileSync(authorityFile, hub.authority ?? '');
  // https://distribution.github.io/distribution/about/configuration/#proxy
  writeFileSync(
    configFile,
    stringify({
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'store') } },
      http: {
        addr: '127.0.0.1:0',
        ...(debugPort !== undefined && { debug: { addr: `127.0.0.1:${debugPort}` } }),
      },
      proxy: { remoteurl: hub.url, ...login },
    }),
  );
  try {
    const service = await startService({
      program: 'docker-registry',
      arguments: ['serve', configFile],
      // Go's way to trust another authority, as it has no setting of its own.
      environment: hub.authority === undefined ? {} : { SSL_CERT_FILE: authorityFile },
      readyPattern: /listening on (127\.0\.0\.1:\d+)/,
    });
    return {
      endpoint: { url: `http://${service.ready[1]}` },
      stop: async () => {
        await service.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

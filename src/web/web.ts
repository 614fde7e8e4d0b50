import { createApplication } from './application.ts';
import { createPasswordWorker } from './http/basic-auth.ts';
import { isLoopback } from './http/caller.ts';
import { type Listener, listen } from './http/listener.ts';
import { NO_WEB_CONFIG, type WebConfigSource } from './http/web-config.ts';
import type { WebOptions } from './web-options.ts';

/** The HTTP server with the pages, the API and the metrics. */
export interface Web {
  /**
   * Starts to listen on every address.
   * @throws Error if an address cannot be used or the web configuration file is invalid; the server then listens on
   * none
   */
  start(): Promise<void>;
  /** The URL of the page on each address; empty before `start`. */
  readonly urls: readonly URL[];
  /**
   * Reports whether the newest content of the web configuration file is in force; false while older settings are,
   * because the newest are invalid.
   */
  isConfigInForce(): boolean;
  /**
   * Reads the web configuration file again, as part of a reload of the configuration.
   * @param webConfigFile path in the new configuration; undefined for none
   * @returns why the reload must be rejected: the file is invalid or would remove a protection; undefined if it
   * succeeded
   */
  reloadConfig(webConfigFile: string | undefined): string | undefined;
  /** Stops listening. Active requests get 1.5 seconds to finish. Resolves within 2 seconds. */
  stop(): Promise<void>;
}

/** How long active requests may take after a stop, in milliseconds. */
const GRACE_MS = 1_500;

/** Creates the server. It does not listen before `start`. */
export function createWeb(options: WebOptions): Web {
  const { log, routePrefix } = options;
  const stopping = new AbortController();
  const listeners: Listener[] = [];
  const passwords = createPasswordWorker();
  let webConfig = NO_WEB_CONFIG;

  async function closeAll(graceMs: number): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
  }

  return {
    async start() {
      webConfig = await readWebConfig(options);
      const application = createApplication(options, webConfig, passwords.compare, stopping.signal);
      try {
        for (const address of options.listenAddresses) {
          listeners.push(await listen(address, application, () => webConfig.current().tls, log));
        }
      } catch (error) {
        await closeAll(0);
        listeners.length = 0;
        throw error;
      }
      logOpenAccess(options, webConfig);
    },
    get urls() {
      const path = routePrefix === '/' ? '/' : `${routePrefix}/`;
      return listeners.map(({ origin }) => new URL(path, origin));
    },
    isConfigInForce: () => webConfig.isInForce(),
    reloadConfig: (webConfigFile) => webConfig.reload(webConfigFile),
    async stop() {
      stopping.abort();
      await closeAll(GRACE_MS);
      await passwords.close();
    },
  };
}

/** Opens the web configuration file. Its reader and packages are loaded only if a file is configured. */
async function readWebConfig({ webConfigFile, clock, log }: WebOptions): Promise<WebConfigSource> {
  if (webConfigFile === undefined) return NO_WEB_CONFIG;
  const { openWebConfigFile } = await import('./http/web-config-file.ts');
  return openWebConfigFile(webConfigFile, clock, log);
}

/** Logs what other machines may do, if they can connect and need neither a password nor a certificate. */
function logOpenAccess(
  { listenAddresses, enableAdmin = false, log }: WebOptions,
  webConfig: WebConfigSource,
): void {
  const { users, tls } = webConfig.current();
  if (users.size > 0 || tls?.clientAuthType === 'RequireAndVerifyClientCert') return;
  if (listenAddresses.every(({ host }) => isLoopback(host))) return;
  if (enableAdmin) {
    log.warn(
      'Any machine that can connect may silence alerts, reload and poll: web.enable_admin is set, and there is no authentication',
    );
  } else {
    log.info(
      'Any machine that can connect may read pages and metrics; only this one may silence alerts, reload and poll, as there is no authentication',
    );
  }
}

import { createApplication } from './application.ts';
import { createPasswordWorker } from './http/basic-auth.ts';
import { isLoopback } from './http/caller.ts';
import { type Listener, listen } from './http/listener.ts';
import { NO_WEB_CONFIG, type WebConfigSource } from './http/web-config.ts';
import type { WebOptions } from './web-options.ts';

/** The server for people, Prometheus and widgets. */
export interface Web {
  /**
   * Starts to listen on every address, or on none.
   * @throws Error when an address cannot be listened on, or the web configuration file is bad
   */
  start(): Promise<void>;
  /** Where the page is, for each address; empty before `start`. */
  readonly urls: readonly URL[];
  /** Whether the web configuration file as it was last read is in force; false while older settings are. */
  isConfigInForce(): boolean;
  /**
   * Reads the web configuration file now, for a reload of the whole configuration.
   * @param webConfigFile the file that the configuration names now
   * @returns why the reload must be refused: the file is bad, or it would switch a protection off; otherwise undefined
   */
  reloadConfig(webConfigFile: string | undefined): string | undefined;
  /** Stops listening; requests under way get a moment to finish. Resolves within 2 seconds. */
  stop(): Promise<void>;
}

/** How long requests under way may take when Headroom stops, in milliseconds. */
const GRACE_MS = 1_500;

/** Creates the server; nothing happens before `start`. */
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
      tellWhoMayChange(options, webConfig);
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

/** The reader of web configurations and its packages are loaded where there is one to read; most have none. */
async function readWebConfig({ webConfigFile, clock, log }: WebOptions): Promise<WebConfigSource> {
  if (webConfigFile === undefined) return NO_WEB_CONFIG;
  const { openWebConfigFile } = await import('./http/web-config-file.ts');
  return openWebConfigFile(webConfigFile, clock, log);
}

/** Logs what other machines may do, where they can connect and need neither a password nor a certificate. */
function tellWhoMayChange(
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

import type { TlsMaterial } from './tls-options.ts';
import type { WebConfig } from './web-config.ts';

/** A web configuration with the files it names read. */
export interface LoadedWebConfig extends Omit<WebConfig, 'tls'> {
  readonly tls: TlsMaterial | undefined;
}

/** A web configuration that follows its files. */
export interface WebConfigSource {
  /** The configuration as of now; the same object as long as nothing has changed. */
  current(): LoadedWebConfig;
}

/** Without a file: plain HTTP, for everybody. */
export const NO_WEB_CONFIG: WebConfigSource = {
  current: () => PLAIN,
};

const PLAIN: LoadedWebConfig = { tls: undefined, headers: {}, users: new Map() };

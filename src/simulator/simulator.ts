import type { Log } from '../kit/log.ts';
import { answerControl, isControl } from './control-api/answer-control.ts';
import { PROFILES } from './profile.ts';
import { createListener, type TlsMaterial } from './serving/listener.ts';
import { DEFAULT_PORT } from './settings.ts';
import { createSimulatedHub, type SimulatedHub, type SimulatedHubOptions } from './simulated-hub.ts';
import type { HubRequest, Reply } from './wire/messages.ts';

/** A Docker Hub of one's own: the registry, the token service and the blobs on one port. */
export interface Simulator extends SimulatedHub {
  start(): Promise<void>;
  /** Ends every connection, the hanging ones too. */
  stop(): Promise<void>;
  /** Where it listens; known once it has started. */
  readonly url: URL;
}

/** How a simulator is made. */
export interface SimulatorOptions extends SimulatedHubOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 5429 unless given; 0 takes a free one. */
  readonly port?: number;
  /** Makes it speak https, and HTTP/2 where the profile has it. */
  readonly tls?: TlsMaterial;
  readonly log: Log;
}

/** Makes a simulator; `start` makes it listen. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { host = '127.0.0.1', port = DEFAULT_PORT, tls, log } = options;
  const hub = createSimulatedHub(options);
  const { control } = hub;

  function answer(request: HubRequest, socketAddress: string): Reply {
    return isControl(request.path)
      ? answerControl(control, request, socketAddress)
      : hub.handle(request).reply;
  }

  const offersHttp2 = (): boolean => PROFILES[control.profile].wire.http2;
  const listener = createListener({ host, port, tls, offersHttp2, answer });
  let url: URL | undefined;
  return {
    async start() {
      const { address, family, port: actualPort } = await listener.start();
      const name = family === 'IPv6' ? `[${address}]` : address;
      url = new URL(`${tls ? 'https' : 'http'}://${name}:${actualPort}`);
      log.info('Simulating Docker Hub', { url: url.href, profile: control.profile });
    },
    stop: () => listener.stop(),
    get url() {
      if (!url) throw new Error('The simulator has no address before it has started');
      return url;
    },
    handle: hub.handle,
    control,
  };
}

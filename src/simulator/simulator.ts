import type { Log } from '../kit/log.ts';
import { answerControl, isControl } from './control-api/answer-control.ts';
import { PROFILES } from './profile.ts';
import { createListener, type TlsMaterial } from './serving/listener.ts';
import { DEFAULT_PORT } from './settings.ts';
import { createSimulatedHub, type SimulatedHub, type SimulatedHubOptions } from './simulated-hub.ts';
import type { HubRequest, Reply } from './wire/messages.ts';

/** A simulated Docker Hub that serves the registry, the token service, the blobs and the control API on one port. */
export interface Simulator extends SimulatedHub {
  /** Starts listening. Rejects with the error of `node:net` if that fails. */
  start(): Promise<void>;
  /** Stops listening and closes every connection, also those that wait for a response. */
  stop(): Promise<void>;
  /** URL of the simulator. Throws before `start` has resolved. */
  readonly url: URL;
}

/** Options of a simulator. */
export interface SimulatorOptions extends SimulatedHubOptions {
  /** Host to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** Port to listen on; 5429 by default, 0 chooses a free port. */
  readonly port?: number;
  /** Certificate and key; makes the simulator serve HTTPS, and HTTP/2 if the profile has it. */
  readonly tls?: TlsMaterial;
  readonly log: Log;
}

/** Creates a simulator, which does not listen before `start`. */
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
      if (!url) throw new Error('The simulator has no URL before it has started');
      return url;
    },
    handle: hub.handle,
    control,
  };
}

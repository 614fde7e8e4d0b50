import { issueServerCertificate } from '../../src/simulator/certificate-authority.ts';
import type { CountingModel } from '../../src/simulator/metering/bucket.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import type { ClientLogin, HubEndpoint } from './hub-endpoint.ts';

/** A simulated hub for real clients, on a free port of loopback. */
export interface SimulatedHub {
  readonly endpoint: HubEndpoint;
  readonly control: Simulator['control'];
  /** Requests of manifests since the ledger was cleared, oldest first. */
  manifestRequests(): readonly ManifestRequest[];
  stop(): Promise<void>;
}

/** The entry of the ledger for a request of a manifest. */
export type ManifestRequest = ReturnType<Simulator['control']['ledger']>[number];

/** How a simulated hub is started. */
export interface SimulatedHubOptions {
  /** `http` unless given; `https` has an authority of its own. */
  readonly scheme?: 'http' | 'https';
  /** `per-get` unless given. */
  readonly counting?: CountingModel;
}

/** An account of every simulated hub. It owns `acme/private`. */
export const LOGIN: ClientLogin = { username: 'acme', password: 'pass:word$1' };

/** Starts a hub of the profile `2026`. */
export async function startSimulatedHub({
  scheme = 'http',
  counting = 'per-get',
}: SimulatedHubOptions = {}): Promise<SimulatedHub> {
  const tls = scheme === 'https' ? await issueServerCertificate(Date.now()) : undefined;
  const simulator = createSimulator({
    port: 0,
    limits: { counting },
    clock: { now: Date.now, monotonicMs: () => performance.now() },
    log: SILENT_LOG,
    ...(tls ? { tls } : {}),
  });
  await simulator.start();
  const { control } = simulator;
  control.addAccount({ name: LOGIN.username, password: LOGIN.password });
  return {
    endpoint: { url: simulator.url.origin, authority: tls?.authority },
    control,
    manifestRequests: () => control.ledger().filter(({ path }) => path.includes('/manifests/')),
    stop: () => simulator.stop(),
  };
}

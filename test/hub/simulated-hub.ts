import { onTestFinished } from 'vitest';
import { createHub, type Hub, type HubOptions } from '../../src/hub/create-hub.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createLogRecorder, SILENT_LOG } from '../domain/log-recorder.ts';
import { manualClock } from './fixtures.ts';

/** A fault of the simulated hub. */
export type FaultName = Parameters<Simulator['control']['setFault']>[0];

/** Contains a simulated Docker Hub and its clients, which share its clock. */
export interface SimulatedHub {
  readonly simulator: Simulator;
  readonly control: Simulator['control'];
  readonly clock: ReturnType<typeof manualClock>;
  /** Returns the lines that the clients have logged, oldest first. */
  logTexts(): string[];
  /** Opens another client of the same hub. */
  connect(options?: Partial<HubOptions>): Hub;
  /** Returns every request since the last call, as `HEAD 200`, or `token 401` for the token service. */
  requests(): string[];
}

/** Starts a simulated hub for one test. */
export async function startSimulatedHub(
  options: Partial<Omit<SimulatorOptions, 'clock'>> = {},
): Promise<SimulatedHub> {
  const clock = manualClock();
  const { log, texts } = createLogRecorder();
  const simulator = createSimulator({ port: 0, log: SILENT_LOG, ...options, clock });
  await simulator.start();
  onTestFinished(() => simulator.stop());
  const { control } = simulator;
  return {
    simulator,
    control,
    clock,
    logTexts: texts,
    connect: (own = {}) => openHub({ url: simulator.url, clock, log, ...own }),
    requests() {
      const entries = control.ledger();
      control.clearLedger();
      return entries.map(({ method, path, status }) => `${path === '/token' ? 'token' : method} ${status}`);
    },
  };
}

/** Opens a hub client that is closed at the end of the test. */
export function openHub(options: Partial<HubOptions> & { url: URL; clock?: Clock }): Hub {
  const hub = createHub({
    allowInsecure: false,
    caFile: undefined,
    env: {},
    userAgent: 'headroom/0.0.0-test',
    clock: manualClock(),
    log: SILENT_LOG,
    ...options,
  });
  onTestFinished(() => hub.close());
  return hub;
}

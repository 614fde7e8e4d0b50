import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/app.ts';
import { createLogger } from '../../src/cli/logger.ts';
import type { LogConfig } from '../../src/config/config.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { checkWebConfigFile } from '../../src/web/http/web-config-file.ts';

/** What is configured, as it would be written in YAML. */
export type Settings = Readonly<Record<string, unknown>>;

/** How a running Headroom is made; everything has a default. */
export interface HeadroomOptions {
  readonly clock?: Clock;
  /** Makes the settings, once the simulated hub has an address. */
  readonly settings?: (place: HeadroomPlace) => Settings;
  readonly simulator?: Partial<SimulatorOptions>;
  /** Changes the simulated hub before the first request of Headroom. */
  readonly prepare?: (control: Simulator['control']) => void;
  readonly log?: LogConfig;
  /** Where Headroom looks up the proxy variables. Default: empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** Done when the configuration has been read, and before the start. */
  readonly beforeStart?: () => void;
}

/** What settings may name. */
export interface HeadroomPlace {
  readonly hubUrl: string;
  /** A folder of this Headroom alone, beside its configuration. */
  readonly folder: string;
}

/** The whole program on a simulated Docker Hub, by its real configuration file and its real port. */
export interface RunningHeadroom {
  readonly app: App;
  readonly simulator: Simulator;
  readonly control: Simulator['control'];
  readonly place: HeadroomPlace;
  /** What it has logged, line by line. */
  readonly logLines: readonly string[];
  /** Asks it something. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Rewrites the configuration file; `reload` it afterwards. */
  configure(settings: Settings): Promise<void>;
  /** Ends Headroom, and starts it again with the same files; between both, `during` runs. `app` is the new one. */
  restart(during?: () => Promise<void>): Promise<void>;
  /** Ends both, and removes the folder. */
  stop(): Promise<void>;
}

/**
 * Every minute of one hour of the year: polls happen only when a test triggers them by `/probe`, and the poll interval
 * is a minute all the same.
 */
export const WHEN_ASKED = '* 0 1 1 *';

/** Starts Headroom on a simulated Docker Hub; without settings with one anonymous credential. */
export async function startHeadroom(options: HeadroomOptions = {}): Promise<RunningHeadroom> {
  const clock = options.clock ?? { now: () => Date.now(), monotonicMs: () => performance.now() };
  const folder = await mkdtemp(join(tmpdir(), 'headroom-headroom-'));
  const simulator = createSimulator({
    port: 0,
    clock,
    log: createLogger(QUIET, NOWHERE),
    ...options.simulator,
  });
  await simulator.start();
  options.prepare?.(simulator.control);
  const place = { hubUrl: simulator.url.origin, folder };
  const file = join(folder, 'headroom.yml');
  const configure = (settings: Settings) => writeFile(file, JSON.stringify(withDefaults(settings, place)));
  await configure(options.settings?.(place) ?? {});
  const load = () =>
    loadConfig({
      flags: parseFlags([`--config.file=${file}`]),
      env: {},
      checkWebConfig: async (path) => checkWebConfigFile(path),
    });
  const logLines: string[] = [];
  const create = async () =>
    createApp({
      config: await load(),
      loadConfig: load,
      env: options.env ?? {},
      build: { version: '0.0.0-test', revision: 'unknown', nodeVersion: process.versions.node },
      clock,
      random: () => 0,
      log: createLogger(options.log ?? DEBUG, { write: (line) => void logLines.push(line) }),
    });
  let app = await create();
  options.beforeStart?.();
  await app.start();
  return {
    get app() {
      return app;
    },
    simulator,
    control: simulator.control,
    place,
    logLines,
    get: (path, init) => fetch(new URL(path, app.urls[0]), init),
    configure,
    async restart(during) {
      await app.stop();
      await during?.();
      app = await create();
      await app.start();
    },
    async stop() {
      await app.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const QUIET: LogConfig = { level: 'error', format: 'logfmt' };
const DEBUG: LogConfig = { level: 'debug', format: 'logfmt' };
const NOWHERE = { write: () => undefined };

function withDefaults(settings: Settings, { hubUrl }: HeadroomPlace): Settings {
  return {
    hub: { url: hubUrl },
    history: { path: 'headroom.db' },
    web: { listen_address: '127.0.0.1:0' },
    ...settings,
  };
}

import { hostname } from 'node:os';
import { type Alerting, createAlerting, pageUrlOf, subscribeToAll } from './alerting.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/problem.ts';
import { shiftMoments } from './domain/shift-moments.ts';
import { createForecastService, type ForecastService } from './history/forecast-service.ts';
import type { History } from './history/history.ts';
import { createHistoryBackend, type HistoryBackend } from './history-backend.ts';
import { createHub, type Hub } from './hub/create-hub.ts';
import { cacheFolder, createHoldFolder } from './hub/hold-folder.ts';
import { createHoldKeyValues } from './hub/hold-key-values.ts';
import type { HoldStore } from './hub/lockout.ts';
import type { Clock } from './kit/clock.ts';
import { createSteadyClock, type SteadyClock, systemTimers } from './kit/clock.ts';
import { type Containment, createContainment } from './kit/contain.ts';
import type { Log } from './kit/log.ts';
import type { BuildInfo, ReloadState } from './metrics/exporter-section.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { createWebPlanner } from './plan-for-web.ts';
import { createCronTicker } from './poller/cron-ticker.ts';
import { createPoller, type Poller } from './poller/poller.ts';
import { logChanges, pollNow, probeAndExpose } from './probe-results.ts';
import { createWeb, type Web } from './web/web.ts';
import type { ReloadResult } from './web/web-options.ts';

/** The dependencies of the program. */
export interface AppOptions {
  /** The configuration at the start. */
  readonly config: Config;
  /** Reads the configuration again, for a reload. */
  readonly loadConfig: () => Promise<Config>;
  /** The environment variables, with those of proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly build: BuildInfo;
  /** The script of the thread that reads the history file. Without it the file is read in the event loop. */
  readonly historyReader?: URL;
  readonly clock: Clock;
  /** Returns a random number of at least 0 and less than 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** The running program, without command line, signals and exit code. */
export interface App {
  /**
   * Opens the history, listens, and starts to poll.
   * @throws Error if it cannot listen
   */
  start(): Promise<void>;
  /** The URL of the page for each listen address. */
  readonly urls: readonly URL[];
  /** Resolves when every credential has its first result, successful or not. */
  readonly firstRound: Promise<void>;
  readonly history: History;
  /** Reloads the configuration. If it is invalid, the old one stays in use. */
  reload(): Promise<ReloadResult>;
  /** Stops everything within 2 seconds, even while probes hang. */
  stop(): Promise<void>;
}

/** How often the wall clock is compared with the monotonic one, in milliseconds. */
const CLOCK_CHECK_MS = 1_000;

/** Connects the modules. Nothing runs before `start()`. */
export function createApp(options: AppOptions): App {
  return new Headroom(options);
}

class Headroom implements App {
  readonly history: History;
  readonly #past: HistoryBackend;
  readonly #holdStores: readonly HoldStore[];
  readonly #options: AppOptions;
  readonly #clock: SteadyClock;
  readonly #poller: Poller;
  readonly #forecasts: ForecastService;
  readonly #alerting: Alerting;
  readonly #metrics: Metrics;
  readonly #contain: Containment;
  readonly #web: Web;
  #config: Config;
  #hub: Hub;
  #reloadState: ReloadState;
  #reloading: Promise<unknown> = Promise.resolve();
  #isReady = false;
  #stopWatchingClock: (() => void) | undefined;

  constructor(options: AppOptions) {
    const { config, build, random, log } = options;
    const clock = createSteadyClock(options.clock);
    this.#clock = clock;
    this.#options = { ...options, clock };
    this.#contain = createContainment((surface, item, error) => {
      log.error('An item cannot be shown and is marked as broken; the others are correct', {
        surface,
        item,
        error,
      });
    });
    this.#config = config;
    this.#reloadState = { successful: true, lastSuccessAt: clock.now() };
    this.#past = createHistoryBackend(config.history, {
      ...this.#options,
      after: systemTimers.after,
      every: startTicking,
    });
    this.#holdStores = this.#openHoldStores();
    this.#hub = this.#openHub(config);
    const { history, forecastInputs: recall } = this.#past;
    this.history = history;
    const forecasts = createForecastService({ clock, log, after: systemTimers.after, past: recall });
    this.#forecasts = forecasts;
    history.subscribe((result) => forecasts.record(result));
    this.#alerting = createAlerting({
      history,
      store: this.#past.alertStore,
      outlookOf: (name) => forecasts.outlookOf(name),
      env: options.env,
      userAgent: `headroom/${build.version}`,
      pageUrl: () => this.#pageUrl(),
      clock,
      random,
      log,
      contain: this.#contain,
      every: startTicking,
    });
    this.#poller = createPoller({
      probe: (credential, signal) => this.#hub.probe(credential, signal),
      record: (observation) => void history.record(observation),
      clock,
      timers: systemTimers,
      startTicker: createCronTicker({ clock, timers: systemTimers, log }),
      random,
      log,
    });
    this.#metrics = createMetrics({
      contain: this.#contain,
      states: () => history.states(),
      outlookOf: (name) => forecasts.outlookOf(name),
      // Both only increase, so that the sum changes with either.
      version: () => history.version() + forecasts.version(),
      clock,
      buildInfo: build,
      isHistoryWritable: () => this.#past.problem() === undefined,
      reload: () => {
        const { successful, lastSuccessAt } = this.#reloadState;
        return { successful: successful && this.#web.isConfigInForce(), lastSuccessAt };
      },
      receivers: () => this.#alerting.service.receivers(),
      overduePolls: () => this.#poller.overduePolls(),
      compatibility: () => this.#config.metrics.compatibility,
      processMetrics: createProcessMetrics(clock),
    });
    this.#web = this.#openWeb();
    logChanges(history, log);
  }

  get urls(): readonly URL[] {
    return this.#web.urls;
  }

  get firstRound(): Promise<void> {
    return this.#poller.firstRound;
  }

  async start(): Promise<void> {
    const { config, log, build } = this.#options;
    this.#past.open();
    this.#stopWatchingClock = startTicking(CLOCK_CHECK_MS, () => this.#correctClock());
    await this.#web.start();
    this.#apply(config);
    void this.firstRound.then(() => {
      this.#isReady = true;
    });
    log.info('Headroom is listening', { version: build.version, url: this.urls.map(String).join(' ') });
  }

  reload(): Promise<ReloadResult> {
    const turn = this.#reloading.then(() => this.#reloadNow());
    this.#reloading = turn;
    return turn;
  }

  async stop(): Promise<void> {
    this.#isReady = false;
    this.#stopWatchingClock?.();
    this.#poller.stop();
    this.#forecasts.stop();
    await Promise.all([this.#web.stop(), this.#hub.close(), this.#alerting.stop()]);
    await this.#past.close();
  }

  /** Moves all stored times after the wall clock was set, so that ages stay correct. */
  #correctClock(): void {
    const jumpMs = this.#clock.correct();
    if (jumpMs === 0) return;
    this.#options.log.warn(
      'The clock of this machine was set; ages and intervals follow the monotonic clock',
      {
        jumpSeconds: jumpMs / 1_000,
      },
    );
    this.history.clockJumped(jumpMs);
    this.#forecasts.clockJumped(jumpMs);
    this.#alerting.clockJumped(jumpMs);
    this.#reloadState = shiftMoments(this.#reloadState, jumpMs);
    this.#poller.clockJumped(jumpMs);
  }

  async #reloadNow(): Promise<ReloadResult> {
    const { loadConfig, clock, log } = this.#options;
    try {
      const next = await loadConfig();
      const refusal = this.#web.reloadConfig(next.web.configFile);
      if (refusal !== undefined) return this.#refuseReload(refusal);
      this.#warnOfRestart(next);
      this.#apply(next);
      this.#reloadState = { successful: true, lastSuccessAt: clock.now() };
      log.info('Reloaded the configuration', { credentials: next.credentials.length });
      return { ok: true };
    } catch (error) {
      // A rejection would end the process at a SIGHUP, and would prevent every later reload.
      const isForeseen = error instanceof ConfigError;
      return this.#refuseReload(
        isForeseen ? error.message : 'Headroom itself failed; its log says why',
        error,
      );
    }
  }

  #refuseReload(problems: string, error: unknown = problems): ReloadResult {
    this.#reloadState = { ...this.#reloadState, successful: false };
    this.#options.log.error('The configuration is invalid; the old one stays in use', { error });
    return { ok: false, problems };
  }

  /** Applies a configuration to all modules. The history is first, so that it can store results of new credentials. */
  #apply(config: Config): void {
    const outdated = isSameHub(this.#config, config) ? undefined : this.#hub;
    if (outdated) this.#hub = this.#openHub(config);
    this.#config = config;
    const identities = config.credentials.map(({ identity }) => identity);
    this.history.apply(identities);
    this.#forecasts.apply(identities);
    this.#alerting.apply(config);
    this.#poller.apply(config.credentials, config.poll);
    // The old client finishes running probes: closing it now would record failures that Docker Hub did not cause.
    void outdated?.retire();
  }

  /** Logs a warning for each changed section that is only read at the start: history file, sockets, log format. */
  #warnOfRestart(next: Config): void {
    for (const section of ['history', 'web', 'log'] as const) {
      if (JSON.stringify(next[section]) === JSON.stringify(this.#options.config[section])) continue;
      this.#options.log.warn('A change of this section takes effect at the next start', { section });
    }
  }

  /** Returns the URL of the page, for links in messages. */
  #pageUrl(): string {
    return pageUrlOf(this.#options.config.web, hostname(), this.urls[0]);
  }

  #openHub(config: Config): Hub {
    const { env, build, clock, log } = this.#options;
    const userAgent = `headroom/${build.version}`;
    return createHub({ ...config.hub, env, userAgent, clock, log, holdStores: this.#holdStores });
  }

  /** Opens the stores of rejected logins: the history file survives restarts, the cache folder is shared with commands of this user. */
  #openHoldStores(): readonly HoldStore[] {
    const { config, env, clock, log } = this.#options;
    return [
      createHoldKeyValues({
        values: this.#past.keyValues,
        keyPath: `${config.history.path}.key`,
        clock,
        onProblem: (error) =>
          log.warn('Rejected logins are kept in memory only: after a restart they are sent again', { error }),
      }),
      createHoldFolder({
        path: cacheFolder(env),
        clock,
        timers: systemTimers,
        // Many containers have no such folder; the history file is enough there.
        onProblem: (reason) => log.debug('Rejected logins are not shared with commands', { reason }),
      }),
    ];
  }

  #openWeb(): Web {
    const { config, build, clock, log } = this.#options;
    const { listenAddresses, routePrefix, externalUrl, configFile, enableAdmin, allowedHosts } = config.web;
    return createWeb({
      listenAddresses,
      routePrefix,
      contain: this.#contain,
      externalUrl: externalUrl?.href,
      enableAdmin,
      allowedHosts,
      pageUrl: () => this.#pageUrl(),
      webConfigFile: configFile,
      version: build.version,
      clock,
      log,
      states: () => this.history.states(),
      outlookOf: (name) => this.#forecasts.outlookOf(name),
      courseOf: (name) => this.#forecasts.courseOf(name),
      routeOf: (name) => this.#config.credentials.find(({ identity }) => identity.name === name)?.route,
      subscribe: (listener) => subscribeToAll(this.history, this.#alerting.service, listener),
      pollNow: (name) => pollNow(this.#poller, name),
      plan: createWebPlanner({
        states: () => this.history.states(),
        outlookOf: (name) => this.#forecasts.outlookOf(name),
        clock,
        log,
      }),
      series: (name, query) => this.#past.series(name, query),
      bucketSeries: (source, query) => this.#past.bucketSeries(source, query),
      changes: (name, span) => this.#past.changes(name, span),
      recentProbes: (name) => this.#past.recentProbes(name),
      alerts: this.#alerting.service,
      fleet: () => this.#past.fleet(),
      historyProblem: () => this.#past.problem(),
      isReady: () => this.#isReady,
      configYaml: () => this.#config.maskedYaml,
      reload: () => this.reload(),
      expose: (request) => this.#metrics.expose(request),
      probe: (name, request) =>
        probeAndExpose(
          { poller: this.#poller, history: this.history, metrics: this.#metrics, clock },
          name,
          request,
        ),
    });
  }
}

/** Calls `tick` in intervals until the returned function is called. Does not keep the process alive. */
function startTicking(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs).unref();
  return () => clearInterval(timer);
}

function isSameHub(a: Config, b: Config): boolean {
  return JSON.stringify(a.hub) === JSON.stringify(b.hub);
}

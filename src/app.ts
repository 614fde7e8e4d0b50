import { hostname } from 'node:os';
import { type Alerting, createAlerting, pageUrlOf, subscribeToAll } from './alerting.ts';
import type { Config } from './config/config.ts';
import { createForecastService, type ForecastService } from './history/forecast-service.ts';
import type { History } from './history/history.ts';
import { createHistoryBackend, type HistoryBackend } from './history-backend.ts';
import type { Hub } from './hub/create-hub.ts';
import { createHubOpener, isSameHub } from './hub-opener.ts';
import { type Clock, createSteadyClock, type SteadyClock, startTicking, systemTimers } from './kit/clock.ts';
import { type Containment, createContainment } from './kit/contain.ts';
import type { Log } from './kit/log.ts';
import type { BuildInfo } from './metrics/exporter-section.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { pushMetrics } from './metrics-push.ts';
import { createWebPlanner } from './plan-for-web.ts';
import { createCronTicker } from './poller/cron-ticker.ts';
import { createPoller, type Poller } from './poller/poller.ts';
import { logChanges, pollNow, probeAndExpose } from './probe-results.ts';
import { createReloads, type Reloads } from './reload.ts';
import { createSpending, type Spending } from './spending-service.ts';
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
  /** Whether Docker Hub is simulated: the overview says so. Default: false. */
  readonly isDemo?: boolean;
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
  readonly #openHub: (config: Config) => Hub;
  readonly #options: AppOptions;
  readonly #clock: SteadyClock;
  readonly #poller: Poller;
  readonly #forecasts: ForecastService;
  readonly #alerting: Alerting;
  readonly #spending: Spending;
  readonly #metrics: Metrics;
  readonly #contain: Containment;
  readonly #web: Web;
  readonly #reloads: Reloads;
  #config: Config;
  #hub: Hub;
  #isReady = false;
  #stopPush: (() => Promise<void>) | undefined;
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
    this.#past = createHistoryBackend(config.history, {
      ...this.#options,
      after: systemTimers.after,
      every: startTicking,
    });
    this.#openHub = createHubOpener({
      historyPath: config.history.path,
      keyValues: this.#past.keyValues,
      env: options.env,
      userAgent: `headroom/${build.version}`,
      clock,
      log,
    });
    this.#hub = this.#openHub(config);
    const { history, forecastInputs: recall } = this.#past;
    this.history = history;
    const forecasts = createForecastService({ clock, log, after: systemTimers.after, past: recall });
    this.#forecasts = forecasts;
    history.subscribe((result) => forecasts.record(result));
    this.#spending = this.#openSpending();
    this.#alerting = createAlerting({
      history,
      store: this.#past.alertStore,
      outlookOf: (name) => forecasts.outlookOf(name),
      spending: () => this.#spending.watched(),
      spendersOf: (alert) => this.#spending.spendersOf(alert),
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
    this.#metrics = this.#openMetrics();
    this.#web = this.#openWeb();
    this.#reloads = this.#openReloads();
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
    this.#stopPush = await pushMetrics(config.otlp, this.#metrics, this.#options);
    void this.firstRound.then(() => {
      this.#isReady = true;
    });
    log.info('Headroom is listening', { version: build.version, url: this.urls.map(String).join(' ') });
  }

  reload(): Promise<ReloadResult> {
    return this.#reloads.reload();
  }

  async stop(): Promise<void> {
    this.#isReady = false;
    this.#stopWatchingClock?.();
    this.#poller.stop();
    this.#forecasts.stop();
    await Promise.all([
      this.#stopPush?.(),
      this.#web.stop(),
      this.#hub.close(),
      this.#alerting.stop(),
      this.#spending.stop(),
    ]);
    await this.#past.close();
  }

  /** Moves all stored times after the wall clock was set, so that ages stay correct. */
  #correctClock(): void {
    const jumpMs = this.#clock.correct();
    if (jumpMs === 0) return;
    const message = 'The clock of this machine was set; ages and intervals follow the monotonic clock';
    this.#options.log.warn(message, { jumpSeconds: jumpMs / 1_000 });
    this.history.clockJumped(jumpMs);
    this.#forecasts.clockJumped(jumpMs);
    this.#alerting.clockJumped(jumpMs);
    this.#reloads.clockJumped(jumpMs);
    this.#poller.clockJumped(jumpMs);
  }

  /** Applies a configuration to all modules. The history is first, so that it can store results of new credentials. */
  #apply(config: Config): void {
    const outdated = isSameHub(this.#config, config) ? undefined : this.#hub;
    if (outdated) this.#hub = this.#openHub(config);
    this.#config = config;
    const identities = config.credentials.map(({ identity }) => identity);
    this.history.apply(identities);
    this.#forecasts.apply(identities);
    this.#spending.apply(config);
    this.#alerting.apply(config);
    this.#poller.apply(config.credentials, config.poll);
    // The old client finishes running probes: closing it now would record failures that Docker Hub did not cause.
    void outdated?.retire();
  }

  /** Returns the URL of the page, for links in messages. */
  #pageUrl(): string {
    return pageUrlOf(this.#options.config.web, hostname(), this.urls[0]);
  }

  #openMetrics(): Metrics {
    const { build, clock } = this.#options;
    return createMetrics({
      contain: this.#contain,
      states: () => this.history.states(),
      outlookOf: (name) => this.#forecasts.outlookOf(name),
      // Both only increase, so that the sum changes with either.
      version: () => this.history.version() + this.#forecasts.version(),
      clock,
      buildInfo: build,
      isHistoryWritable: () => this.#past.problem() === undefined,
      reload: () => {
        const { successful, lastSuccessAt } = this.#reloads.state();
        return { successful: successful && this.#web.isConfigInForce(), lastSuccessAt };
      },
      receivers: () => this.#alerting.service.receivers(),
      overduePolls: () => this.#poller.overduePolls(),
      spending: () => this.#spending.facts(),
      usagePulls: () => this.#spending.usagePulls(),
      watched: () => this.#spending.watched(),
      compatibility: () => this.#config.metrics.compatibility,
      processMetrics: createProcessMetrics(this.#clock),
    });
  }

  #openSpending(): Spending {
    const { build, env, random, log } = this.#options;
    return createSpending({
      history: this.history,
      past: this.#past,
      env,
      userAgent: `headroom/${build.version}`,
      clock: this.#clock,
      timers: systemTimers,
      every: startTicking,
      random,
      log,
    });
  }

  #openReloads(): Reloads {
    const { config, loadConfig, clock, log } = this.#options;
    return createReloads({
      config,
      loadConfig,
      reloadWebConfig: (path) => this.#web.reloadConfig(path),
      apply: (next) => this.#apply(next),
      clock,
      log,
    });
  }

  #openWeb(): Web {
    const { config, build, isDemo, clock, log } = this.#options;
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
      isDemo,
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
      spending: this.#spending.service,
      series: (name, query) => this.#past.series(name, query),
      bucketSeries: (source, query) => this.#past.bucketSeries(source, query),
      seriesText: (...request) => this.#past.seriesText(...request),
      changes: (name, span) => this.#past.changes(name, span),
      recentProbes: (name) => this.#past.recentProbes(name),
      alerts: this.#alerting.service,
      fleet: () => this.#past.fleet(),
      historyProblem: () => this.#past.problem(),
      backUpHistory: (use) => this.#past.backUp(use),
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

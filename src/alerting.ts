import { randomUUID } from 'node:crypto';
import { createAlertEngine } from './alerts/alert-engine.ts';
import type { AlertEngine } from './alerts/engine-ports.ts';
import type { Config, WebConfig } from './config/config.ts';
import type { AlertService } from './domain/alerts/lifecycle/alert-service.ts';
import type { AlertStore } from './domain/alerts/lifecycle/alert-store.ts';
import type { Credential } from './domain/credential.ts';
import type { Outlook } from './domain/credential-snapshot.ts';
import type { LiveListener } from './domain/history/live-event.ts';
import type { WatchedSpending } from './domain/spending/watched-spending.ts';
import type { History } from './history/history.ts';
import { type Clock, systemTimers } from './kit/clock.ts';
import type { Containment } from './kit/contain.ts';
import { createHttpClient, type HttpClient } from './kit/http/http-client.ts';
import { readProxyRules } from './kit/http/proxy-rules.ts';
import type { Log } from './kit/log.ts';
import { createHttpPost } from './notify/http-post.ts';
import { createNotifier, type NotifierOptions, type RunningNotifier } from './notify/notifier.ts';

/**
 * Subscribes a listener to results of probes and to events of alerts, as one stream.
 * @returns a function that ends the subscription
 */
export function subscribeToAll(
  history: Pick<History, 'subscribe'>,
  alerts: Pick<AlertService, 'subscribe'>,
  listener: LiveListener,
): () => void {
  const ends = [
    history.subscribe((result) => listener({ kind: 'result', result })),
    alerts.subscribe((event) => listener({ kind: 'alert', event })),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** The parts of the configuration that the URL of the page is made of. */
type PageFacts = Pick<WebConfig, 'externalUrl' | 'listenAddresses' | 'routePrefix'>;

/** Listen addresses that mean every address of the machine. */
const EVERYWHERE: ReadonlySet<string | undefined> = new Set([undefined, '0.0.0.0', '::']);

/**
 * Returns the URL of the page for links in messages, with a final slash. Without `web.external_url` its host is the machine's
 * name, as in Prometheus and Alertmanager, or the listen address if that is a single one.
 * @param hostName the name of the machine
 * @param listening the URL that Headroom listens on, with its real scheme and port; undefined before the start
 */
export function pageUrlOf(web: PageFacts, hostName: string, listening?: URL): string {
  const { externalUrl, listenAddresses, routePrefix } = web;
  return withSlash(externalUrl?.href ?? `${originOf(listenAddresses[0], hostName, listening)}${routePrefix}`);
}

function originOf(
  address: PageFacts['listenAddresses'][number] | undefined,
  hostName: string,
  listening?: URL,
): string {
  const host = EVERYWHERE.has(address?.host) ? hostName : (address?.host ?? '');
  const name = host.includes(':') ? `[${host}]` : host;
  const origin = `${listening?.protocol ?? 'http:'}//${name}:${listening?.port || address?.port}`;
  // Some names of machines are not allowed in URLs. This link works on the machine itself.
  return URL.canParse(origin) ? origin : `http://localhost:${address?.port}`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** The dependencies of `createAlerting()`. */
interface AlertingPorts {
  readonly history: History;
  readonly store: AlertStore;
  readonly outlookOf: (name: string) => Outlook | undefined;
  /** The environment variables of the proxies for receivers. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  /** Returns the budgets and caches. */
  readonly spending?: () => WatchedSpending;
  /** Returns who spent the pulls of the window of an alert, for messages. Default: that is not known. */
  readonly spendersOf?: NotifierOptions['spendersOf'];
  /** Returns the URL of Headroom's page, with a final slash. */
  readonly pageUrl: () => string;
  readonly clock: Clock;
  /** Returns a random number of at least 0 and less than 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Contains the error of one credential or bucket, so that the others are still handled. Default: errors are not reported. */
  readonly contain?: Containment;
  readonly every: (intervalMs: number, tick: () => void) => () => void;
}

/** The alerts with their receivers. */
export interface Alerting {
  readonly service: AlertService;
  /** Starts with a configuration, or changes to it. Call it after the history was opened and has its credentials. */
  apply(config: Pick<Config, 'alerts' | 'credentials'>): void;
  /** Moves all stored times by `byMs` milliseconds, after the wall clock was set. */
  clockJumped(byMs: number): void;
  /** Stops within 2 seconds. Notifications that were not sent are sent after the next start. */
  stop(): Promise<void>;
}

/** How long an idle connection to a receiver stays open, in milliseconds (10 s). */
const KEEP_ALIVE_MS = 10_000;

/** Connects the alert engine to the history and the receivers. It starts with `apply()`. */
export function createAlerting(ports: AlertingPorts): Alerting {
  const { history, store, outlookOf, pageUrl, clock, random, log, every, contain } = ports;
  const client = createHttpClient({
    proxyFor: readProxyRules(ports.env),
    userAgent: ports.userAgent,
    keepAliveMs: KEEP_ALIVE_MS,
  });
  let engine: AlertEngine;
  const notifier = createNotifier({
    post: createHttpPost({ client, clock }),
    clock,
    timers: systemTimers,
    random,
    log,
    settle: (notification, settlement) => engine.settle(notification, settlement),
    spendersOf: ports.spendersOf,
    pageUrl,
  });
  engine = createAlertEngine({
    store,
    notifier,
    states: () => history.states(),
    outlookOf,
    spending: ports.spending,
    pageUrl,
    newId: randomUUID,
    clock,
    after: systemTimers.after,
    every,
    log,
    contain,
  });
  history.subscribe((result) => engine.record(result));
  return wire(engine, notifier, client);
}

function wire(engine: AlertEngine, notifier: RunningNotifier, client: HttpClient): Alerting {
  let isOpen = false;
  return {
    service: engine,
    apply({ alerts, credentials }) {
      const routes = routesOf(credentials);
      const setup = { ...alerts, routeOf: (name: string) => routes.get(name) ?? '' };
      engine.notifyRemoval(alerts.receivers);
      notifier.apply(alerts.receivers);
      if (isOpen) engine.apply(setup);
      else engine.open(setup);
      isOpen = true;
    },
    clockJumped: (byMs) => engine.clockJumped(byMs),
    async stop() {
      engine.stop();
      await notifier.stop();
      await client.close();
    },
  };
}

/** Returns a key of the route of each credential. Credentials with the same key have the same source address. */
function routesOf(credentials: readonly Credential[]): ReadonlyMap<string, string> {
  return new Map(
    credentials.map(({ identity, route: { localAddress, ipFamily, proxyUrl } }) => [
      identity.name,
      JSON.stringify([localAddress, ipFamily, proxyUrl?.reveal()]),
    ]),
  );
}

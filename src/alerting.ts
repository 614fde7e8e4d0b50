import { randomUUID } from 'node:crypto';
import { createAlertEngine } from './alerts/alert-engine.ts';
import type { AlertEngine } from './alerts/engine-ports.ts';
import type { Config, WebConfig } from './config/config.ts';
import type { AlertService } from './domain/alerts/lifecycle/alert-service.ts';
import type { AlertStore } from './domain/alerts/lifecycle/alert-store.ts';
import type { Credential } from './domain/credential.ts';
import type { Outlook } from './domain/credential-snapshot.ts';
import type { LiveListener } from './domain/history/live-event.ts';
import type { History } from './history/history.ts';
import { type Clock, systemTimers } from './kit/clock.ts';
import type { Containment } from './kit/contain.ts';
import { createHttpClient, type HttpClient } from './kit/http/http-client.ts';
import { readProxyRules } from './kit/http/proxy-rules.ts';
import type { Log } from './kit/log.ts';
import { createHttpPost } from './notify/http-post.ts';
import { createNotifier, type RunningNotifier } from './notify/notifier.ts';

/**
 * Tells a listener of results and of what happens to alerts, as one stream.
 * @returns ends the subscription
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

/** What the page's address is made of. */
type PageFacts = Pick<WebConfig, 'externalUrl' | 'listenAddresses' | 'routePrefix'>;

/** Addresses that stand for every one of the machine. */
const EVERYWHERE: ReadonlySet<string | undefined> = new Set([undefined, '0.0.0.0', '::']);

/**
 * Where people find the page, for the links in messages, with a slash at its end. Without `web.external_url` it is called
 * by the machine's name, as Prometheus and Alertmanager call theirs; what listens on one address only, by that.
 * @param hostName the machine's name
 * @param listening where it listens by now, by its real scheme and port; undefined before that is known
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
  // Some machines have names that no URL can hold; whoever sits at this one can still follow the link.
  return URL.canParse(origin) ? origin : `http://localhost:${address?.port}`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** What alerting works with. */
interface AlertingPorts {
  readonly history: History;
  readonly store: AlertStore;
  readonly outlookOf: (name: string) => Outlook | undefined;
  /** Where the way to receivers looks up proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Keeps one broken credential or bucket from breaking the others; without a report unless given. */
  readonly contain?: Containment;
  readonly every: (intervalMs: number, tick: () => void) => () => void;
}

/** The alerts and those who are told of them. */
export interface Alerting {
  readonly service: AlertService;
  /** Goes on with a configuration; the first one begins. The history has been opened, and knows its credentials. */
  apply(config: Pick<Config, 'alerts' | 'credentials'>): void;
  /** Moves all that is remembered in time, after the wall clock was set by `byMs` milliseconds. */
  clockJumped(byMs: number): void;
  /** Ends within 2 seconds; what has not been told is told at the next start. */
  stop(): Promise<void>;
}

/** How long an unused connection to a receiver is kept, in milliseconds (10 s). */
const KEEP_ALIVE_MS = 10_000;

/** Wires the engine of alerts to the history and to the receivers. Nothing happens before `apply`. */
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
    pageUrl,
  });
  engine = createAlertEngine({
    store,
    notifier,
    states: () => history.states(),
    outlookOf,
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

/** Credentials that leave by one way have one address. */
function routesOf(credentials: readonly Credential[]): ReadonlyMap<string, string> {
  return new Map(
    credentials.map(({ identity, route: { localAddress, ipFamily, proxyUrl } }) => [
      identity.name,
      JSON.stringify([localAddress, ipFamily, proxyUrl?.reveal()]),
    ]),
  );
}

import type { Alert } from '../domain/alerts/alert.ts';
import type { AlertDesk, SilenceWish } from '../domain/alerts/alert-desk.ts';
import type { AlertEvent } from '../domain/alerts/alert-event.ts';
import type { AlertStore } from '../domain/alerts/alert-store.ts';
import type { Notification, Notifier, ReceiverHealth, Settlement } from '../domain/alerts/notification.ts';
import type { AlertsConfig } from '../domain/alerts/receiver.ts';
import type { Panorama } from '../domain/alerts/scene.ts';
import { SEVERITIES } from '../domain/alerts/severity.ts';
import type { Silence } from '../domain/alerts/silence.ts';
import { holdsBack } from '../domain/alerts/silencing.ts';
import { bucketOf } from '../domain/alerts/subject.ts';
import { type WatchedCredential, watchCredential } from '../domain/alerts/watched.ts';
import type { Clock } from '../domain/clock.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { Log } from '../domain/log.ts';
import type { Outlook } from '../domain/outlook.ts';
import type { Result } from '../domain/result.ts';
import { logAlert } from './alert-log.ts';
import { type Commit, createCommit } from './committer.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { createEventFeed } from './event-feed.ts';
import { createLedger } from './ledger.ts';
import { createSilenceDesk, type SilenceDesk } from './silence-desk.ts';

/** What alerting is given. */
export interface AlertEnginePorts {
  readonly store: AlertStore;
  readonly notifier: Notifier;
  /** All states in the order of the configuration. */
  readonly states: () => readonly CredentialState[];
  /** What is to be expected of a credential's bucket. */
  readonly outlookOf: (name: string) => Outlook | undefined;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** A random id that is safe in a URL, another one each time. */
  readonly newId: () => string;
  readonly clock: Clock;
  /**
   * Runs something later, once.
   * @returns calls it off
   */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /**
   * Runs something again and again.
   * @returns ends that
   */
  readonly every: (intervalMs: number, run: () => void) => () => void;
  readonly log: Log;
}

/** What alerting goes by; a reload brings another. */
export interface AlertSetup extends AlertsConfig {
  /** Names the way a credential's requests leave by: credentials of one route leave from one address. */
  readonly routeOf: (name: string) => string;
}

/** Evaluates the rules, remembers the alerts, and decides who is told. */
export interface AlertEngine extends AlertDesk {
  /** Takes up what the store remembers. Nothing is evaluated before. */
  open(setup: AlertSetup): void;
  /** Ends what is open at receivers that are not among these, before they are removed. */
  farewell(receivers: AlertSetup['receivers']): void;
  /** Goes on with another configuration. Alerts of rules and credentials that are gone end. */
  apply(setup: AlertSetup): void;
  /** Hears of a result that has just been recorded. */
  record(result: Result): void;
  /** Hears what became of a message. */
  settle(notification: Notification, settlement: Settlement): void;
  /** Ends without a word: what fires is remembered. */
  stop(): void;
}

/** How often everything is looked at, in milliseconds (5 s): what begins or ends by the passing of time alone. */
const TICK_MS = 5_000;
/** How long results gather before anybody is told, in milliseconds: those of one moment are one message. */
const BREATH_MS = 100;
/** How often the facts of lasting alerts are written down, in milliseconds (1 minute). */
const TIDY_MS = 60_000;

/** Creates alerting; nothing happens before `open`. */
export function createAlertEngine(ports: AlertEnginePorts): AlertEngine {
  return new Engine(ports);
}

class Engine implements AlertEngine {
  readonly #ports: AlertEnginePorts;
  readonly #ledger = createLedger();
  readonly #feed: ReturnType<typeof createEventFeed>;
  readonly #commit: Commit;
  readonly #evaluator: Evaluator;
  readonly #dispatcher: Dispatcher;
  readonly #silences: SilenceDesk;
  #setup: AlertSetup = { rules: [], receivers: [], routeOf: () => '' };
  #stopTicking: (() => void) | undefined;
  #callOffDispatch: (() => void) | undefined;
  #tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: AlertEnginePorts) {
    this.#ports = ports;
    const { store, notifier, pageUrl, newId, log } = ports;
    const ledger = this.#ledger;
    this.#feed = createEventFeed(log);
    this.#commit = createCommit(ledger, store, this.#feed, log);
    this.#silences = createSilenceDesk(ledger, newId);
    this.#evaluator = createEvaluator({ ledger, pageUrl, onChange: (alert) => this.#changed(alert) });
    this.#dispatcher = createDispatcher({
      ledger,
      commit: this.#commit,
      notifier,
      firing: () => this.alerts().filter(({ state }) => state === 'firing'),
      pageUrl,
      newId,
    });
  }

  open(setup: AlertSetup): void {
    const { store, every } = this.#ports;
    this.#ledger.load(store.load());
    this.#dispatcher.apply(setup.receivers);
    // Before anything new is decided: messages are told in order.
    this.#dispatcher.resume();
    this.apply(setup);
    this.#stopTicking = every(TICK_MS, () => this.#tick());
  }

  farewell(receivers: AlertSetup['receivers']): void {
    this.#dispatcher.farewell(receivers, this.#ports.clock.now());
  }

  apply(setup: AlertSetup): void {
    const now = this.#ports.clock.now();
    this.#setup = setup;
    this.#dispatcher.apply(setup.receivers);
    this.#evaluator.apply(setup.rules, now);
    this.#tick();
  }

  record(result: Result): void {
    if (!this.#stopTicking) return;
    const now = this.#ports.clock.now();
    const states = this.#ports.states();
    const state = states.find(({ identity }) => identity.name === result.credential);
    if (!state) return;
    const isAboutBlocks = result.outcome.kind === 'blocked';
    const key = keyOf(state);
    const members = states.filter((other) => keyOf(other) === key).map((other) => this.#watch(other, now));
    this.#evaluator.evaluateBucket(members, now);
    if (isAboutBlocks) this.#evaluator.evaluateBlocks(this.#panorama(now), now);
    this.#conclude(now);
  }

  settle(notification: Notification, settlement: Settlement): void {
    this.#dispatcher.settle(notification, settlement);
  }

  alerts(): readonly Alert[] {
    const now = this.#ports.clock.now();
    const silences = this.#ledger.silences();
    return [...this.#ledger.records().values()]
      .map(({ alert }) => stamp(alert, silences, now))
      .sort(compareAlerts);
  }

  silences(): readonly Silence[] {
    return this.#silences.list();
  }

  events(from: number, to: number, limit: number): readonly AlertEvent[] {
    return this.#ports.store.events(from, to, limit);
  }

  receivers(): readonly ReceiverHealth[] {
    return this.#ports.notifier.health();
  }

  silence(wish: SilenceWish): Silence {
    const now = this.#ports.clock.now();
    const rules = this.#setup.rules.map(({ name }) => name);
    const silence = this.#silences.grant(wish, rules, now);
    this.#commit();
    this.#dispatcher.acknowledge(silence, now);
    return silence;
  }

  unsilence(id: string): boolean {
    const hasEnded = this.#silences.end(id, this.#ports.clock.now());
    this.#commit();
    return hasEnded;
  }

  subscribe(listener: (event: AlertEvent) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#callOffDispatch?.();
    this.#commit();
  }

  #tick(): void {
    const now = this.#ports.clock.now();
    this.#evaluator.evaluateAll(this.#panorama(now), now);
    if (now - this.#tidiedAt >= TIDY_MS) {
      this.#tidiedAt = now;
      this.#ledger.tidy(now);
    }
    this.#conclude(now);
    this.#dispatcher.dispatch(now);
  }

  /** What has changed is committed before anybody hears of it. */
  #conclude(now: number): void {
    this.#silences.endOver(now);
    this.#commit();
  }

  #changed(alert: Alert): void {
    const { clock, log, after } = this.#ports;
    const { state } = alert;
    this.#ledger.note({ kind: state, at: clock.now(), alert });
    logAlert(alert, log);
    if (state === 'pending') return;
    if (state === 'resolved') this.#dispatcher.remember(alert);
    this.#callOffDispatch ??= after(BREATH_MS, () => {
      this.#callOffDispatch = undefined;
      // Once more: by now it is foreseen when an empty bucket refills, which is what people ask first.
      this.#tick();
    });
  }

  #panorama(now: number): Panorama {
    return this.#ports.states().map((state) => this.#watch(state, now));
  }

  #watch(state: CredentialState, now: number): WatchedCredential {
    const { name } = state.identity;
    return watchCredential(state, this.#ports.outlookOf(name), this.#setup.routeOf(name), now);
  }
}

function keyOf({ identity, known }: CredentialState): string {
  return bucketOf({ name: identity.name, known }).key;
}

function stamp(alert: Alert, silences: readonly Silence[], now: number): Alert {
  const silence = silences.find((candidate) => holdsBack(candidate, alert, now));
  return silence ? { ...alert, silencedBy: silence.id } : alert;
}

/** The worst first, then what fires before what is pending, then what has lasted longest. */
function compareAlerts(a: Alert, b: Alert): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(a.state === 'pending') - Number(b.state === 'pending') ||
    a.pendingAt - b.pendingAt ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}

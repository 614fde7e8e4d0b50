import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import type { Notification, ReceiverHealth, Settlement } from '../domain/alerts/delivery/notification.ts';
import { bucketOf } from '../domain/alerts/lifecycle/alert-identity.ts';
import { sortWithSilences } from '../domain/alerts/lifecycle/alert-service.ts';
import { type AlertDocument, type AlertEvent, restoreEvent } from '../domain/alerts/lifecycle/alert-store.ts';
import type { Silence, SilenceRequest } from '../domain/alerts/lifecycle/silence.ts';
import { addMostLeft } from '../domain/alerts/most-left.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import {
  type CredentialSnapshot,
  snapshotExpiresAt,
  takeContainedSnapshot,
} from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { Result } from '../domain/result.ts';
import { createEventFeed, type EventFeed } from '../kit/event-feed.ts';
import type { Log, LogFields } from '../kit/log.ts';
import { type Commit, createCommit } from './alert-changes.ts';
import { createAlertingState } from './alerting-state.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { AlertEngine, AlertEnginePorts, AlertSetup } from './engine-ports.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { createSilenceService, type SilenceService } from './silence-service.ts';

/**
 * Logs an alert that has begun to fire or has ended, and one that cannot be put into words.
 * @param now milliseconds since the epoch
 */
function logAlert(alert: Alert, now: number, log: Log): void {
  const { fault } = alertWords(alert, 'fire', now);
  if (fault !== undefined) {
    log.error('The details of an alert cannot be shown', {
      rule: alert.rule,
      subject: alert.subject.key,
      fault,
    });
  }
  if (alert.state === 'firing') log.warn('An alert fires', fieldsOf(alert));
  if (alert.state === 'resolved') {
    log.info('An alert has been resolved', { ...fieldsOf(alert), resolution: alert.resolution });
  }
}

/** How many credentials a log line names at most. */
const MAX_NAMES = 5;

function fieldsOf({ rule, severity, subject, credentials, facts }: Alert): LogFields {
  const { remaining, limit, windowSeconds, trouble } = facts;
  return {
    rule,
    severity,
    subject: subject.key,
    credentials: nameSome(credentials),
    remaining,
    limit,
    windowSeconds,
    reason: trouble?.reason,
  };
}

function nameSome(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/**
 * How often all rules are evaluated, in milliseconds (5 s): some alerts begin or end by the passing of time
 * alone.
 */
const TICK_MS = 5_000;
/**
 * How long results are gathered before notifications are decided, in milliseconds: those of one moment become
 * one message.
 */
const GATHER_RESULTS_MS = 100;
/** How often the facts of lasting alerts are stored, in milliseconds (1 minute). */
const MAINTENANCE_MS = 60_000;

/** Creates the alert engine. Nothing is evaluated before `open`. */
export function createAlertEngine(ports: AlertEnginePorts): AlertEngine {
  return new Engine(ports);
}

class Engine implements AlertEngine {
  readonly #ports: AlertEnginePorts;
  readonly #state = createAlertingState();
  readonly #feed: EventFeed<AlertEvent>;
  readonly #commit: Commit;
  readonly #evaluator: Evaluator;
  readonly #dispatcher: Dispatcher;
  readonly #silences: SilenceService;
  /** The newest snapshot of each state, and until when it holds: the same object as long as nothing changes. */
  readonly #taken = new WeakMap<
    CredentialState,
    {
      readonly snapshot: CredentialSnapshot;
      readonly outlook: CredentialSnapshot['outlook'];
      readonly until: number;
    }
  >();
  #setup: AlertSetup = { rules: [], receivers: [], routeOf: () => '' };
  #stopTicking: (() => void) | undefined;
  #cancelDispatch: (() => void) | undefined;
  #maintainedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: AlertEnginePorts) {
    this.#ports = ports;
    const { store, notifier, pageUrl, newId, log } = ports;
    const state = this.#state;
    this.#feed = createEventFeed((error) => log.error('A listener to alerts failed', { error }));
    this.#commit = createCommit(state, store, this.#feed, log);
    this.#silences = createSilenceService(state, newId);
    this.#evaluator = createEvaluator({
      state,
      pageUrl,
      onChange: (alert) => this.#changed(alert),
      contain: ports.contain,
      spending: ports.spending,
    });
    this.#dispatcher = createDispatcher({
      state,
      commit: this.#commit,
      notifier,
      firing: () => this.alerts().filter(({ state }) => state === 'firing'),
      pageUrl,
      newId,
    });
  }

  open(setup: AlertSetup): void {
    const { store, every } = this.#ports;
    this.#load(store.load());
    this.#dispatcher.apply(setup.receivers);
    // Before new notifications are decided: messages keep their order.
    this.#dispatcher.resume();
    this.apply(setup);
    this.#stopTicking = every(TICK_MS, () => this.#tick());
    store.onRecall((documents) => this.#recall(documents));
  }

  notifyRemoval(receivers: AlertSetup['receivers']): void {
    this.#dispatcher.notifyRemoval(receivers, this.#ports.clock.now());
  }

  apply(setup: AlertSetup): void {
    const now = this.#ports.clock.now();
    this.#setup = setup;
    this.#dispatcher.apply(setup.receivers);
    this.#evaluator.apply(setup.rules, now);
    // Evaluates again: by now the forecast says when an empty bucket refills.
    this.#tick();
  }

  /**
   * Evaluates results that may cause a critical alert at once. All others wait for the next tick, because a
   * thousand credentials produce many results.
   */
  record(result: Result): void {
    if (!this.#stopTicking || !needsImmediateEvaluation(result)) return;
    const now = this.#ports.clock.now();
    const states = this.#ports.states();
    const state = states.find(({ identity }) => identity.name === result.credential);
    if (!state) return;
    const bucket = bucketOfState(state);
    const isKnown = result.outcome.kind === 'limited' && this.#state.isExhausted(bucket);
    if (isKnown) return;
    const members = states.filter((other) => bucketOfState(other).key === bucket.key);
    this.#evaluator.evaluateBucket(
      members.map((member) => this.#snapshotOf(member, now)),
      now,
    );
    if (result.outcome.kind === 'blocked') this.#evaluator.evaluateBlocks(this.#snapshots(now), now);
    this.#commitChanges(now);
  }

  settle(notification: Notification, settlement: Settlement): void {
    this.#dispatcher.settle(notification, settlement);
  }

  alerts(): readonly Alert[] {
    const now = this.#ports.clock.now();
    const alerts = [...this.#state.records().values()].map(({ alert }) => alert);
    const sorted = sortWithSilences(alerts, this.#state.silences(), now);
    return addMostLeft(sorted, () => this.#snapshots(now));
  }

  silences(): readonly Silence[] {
    return this.#silences.list();
  }

  events(from: number, to: number, limit: number): readonly AlertEvent[] {
    const events = this.#ports.store.events(from, to, limit);
    return events.flatMap((event) => restoreEvent(event) ?? []);
  }

  receivers(): readonly ReceiverHealth[] {
    return this.#ports.notifier.health();
  }

  silence(request: SilenceRequest): Silence {
    const now = this.#ports.clock.now();
    const rules = this.#setup.rules.map(({ name }) => name);
    const silence = this.#silences.create(request, rules, now);
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

  clockJumped(byMs: number): void {
    this.#state.clockJumped(byMs);
    this.#dispatcher.clockJumped(byMs);
    this.#maintainedAt += byMs;
    this.#commit();
  }

  stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#cancelDispatch?.();
    this.#commit();
  }

  #load(documents: readonly AlertDocument[]): void {
    const unusable = this.#state.load(documents, this.#ports.clock.now());
    if (unusable.length === 0) return;
    this.#ports.log.warn('Unusable stored documents of alerting were left out', {
      documents: unusable,
    });
  }

  /**
   * Adds documents of an earlier process that have become readable, where this process has stored nothing
   * newer.
   */
  #recall(documents: readonly AlertDocument[]): void {
    const state = this.#state;
    const submitted = new Set(state.outbox().map(({ id }) => id));
    this.#load(documents);
    // A receiver that has been notified of an alert since gets no older notification about it.
    for (const { id, receiver, alerts } of state.outbox()) {
      if (submitted.has(id)) continue;
      const others = state.notificationRecords(receiver).filter(({ inFlight }) => inFlight !== id);
      if (alerts.some((alert) => others.some(({ fingerprint }) => fingerprint === alert.fingerprint)))
        state.removeFromOutbox(id);
    }
    this.#dispatcher.apply(this.#setup.receivers);
    this.#dispatcher.resume(submitted);
    this.apply(this.#setup);
  }

  #tick(): void {
    const now = this.#ports.clock.now();
    this.#evaluator.evaluateAll(this.#snapshots(now), now);
    if (now - this.#maintainedAt >= MAINTENANCE_MS) {
      this.#maintainedAt = now;
      this.#state.maintain(now);
    }
    this.#commitChanges(now);
    this.#dispatcher.dispatch(now);
  }

  /** Commits all changes, before listeners receive them. */
  #commitChanges(now: number): void {
    this.#silences.endExpired(now);
    this.#commit();
  }

  #changed(alert: Alert): void {
    const { clock, log, after } = this.#ports;
    const { state } = alert;
    this.#state.addEvent({ kind: state, at: clock.now(), alert });
    logAlert(alert, clock.now(), log);
    if (state === 'pending') return;
    if (state === 'resolved') this.#dispatcher.recordEnd(alert);
    this.#cancelDispatch ??= after(GATHER_RESULTS_MS, () => {
      this.#cancelDispatch = undefined;
      // Once more: by now it is foreseen when an empty bucket refills, which is what people ask first.
      this.#tick();
    });
  }

  #snapshots(now: number): readonly CredentialSnapshot[] {
    return this.#ports.states().map((state) => this.#snapshotOf(state, now));
  }

  #snapshotOf(state: CredentialState, now: number): CredentialSnapshot {
    const { name } = state.identity;
    const { outlookOf, contain } = this.#ports;
    const [outlook, route] = [outlookOf(name), this.#setup.routeOf(name)];
    const taken = this.#taken.get(state);
    if (taken && now < taken.until && taken.outlook === outlook && taken.snapshot.route === route) {
      return taken.snapshot;
    }
    const snapshot = takeContainedSnapshot(state, outlook, now, contain, route);
    // A snapshot of a state that cannot be shown is of its moment.
    const isBroken = snapshot.latest !== state.latest;
    const until = isBroken ? now : (snapshotExpiresAt(state, now) ?? Number.POSITIVE_INFINITY);
    this.#taken.set(state, { snapshot, outlook, until });
    return snapshot;
  }
}

/** Reports whether a result may cause a critical alert. */
function needsImmediateEvaluation({ outcome }: Result): boolean {
  if (outcome.kind === 'limited') return outcome.remaining <= 0;
  return outcome.kind === 'blocked' || (outcome.kind === 'failed' && outcome.reason === 'unauthorized');
}

function bucketOfState({ identity, known }: CredentialState): AlertSubject {
  return bucketOf({ name: identity.name, known });
}

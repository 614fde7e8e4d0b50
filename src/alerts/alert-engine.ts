import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import type { Notification, ReceiverHealth, Settlement } from '../domain/alerts/delivery/notification.ts';
import { bucketOf } from '../domain/alerts/lifecycle/alert-identity.ts';
import { sortWithSilences } from '../domain/alerts/lifecycle/alert-service.ts';
import { type AlertDocument, type AlertEvent, restoreEvent } from '../domain/alerts/lifecycle/alert-store.ts';
import type { Silence, SilenceRequest } from '../domain/alerts/lifecycle/silence.ts';
import { alertWords } from '../domain/alerts/wording/alert-text.ts';
import { type CredentialSnapshot, takeContainedSnapshot } from '../domain/credential-snapshot.ts';
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
 * Writes a line for an alert that has begun to fire, or is over; and one for an alert that cannot be put into words.
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
    log.info('An alert is over', { ...fieldsOf(alert), resolution: alert.resolution });
  }
}

/** How many credentials a line names at most. */
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

/** How often everything is looked at, in milliseconds (5 s): what begins or ends by the passing of time alone. */
const TICK_MS = 5_000;
/** How long results gather before anybody is told, in milliseconds: those of one moment are one message. */
const GATHER_RESULTS_MS = 100;
/** How often the facts of lasting alerts are written down, in milliseconds (1 minute). */
const MAINTENANCE_MS = 60_000;

/** Creates alerting; nothing happens before `open`. */
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
  #setup: AlertSetup = { rules: [], receivers: [], routeOf: () => '' };
  #stopTicking: (() => void) | undefined;
  #callOffDispatch: (() => void) | undefined;
  #tidiedAt = Number.NEGATIVE_INFINITY;

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
    // Before anything new is decided: messages are told in order.
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
    this.#tick();
  }

  /** What may wake people is looked at now, everything else at the next tick: a thousand credentials are many results. */
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
      members.map((member) => this.#watch(member, now)),
      now,
    );
    if (result.outcome.kind === 'blocked') this.#evaluator.evaluateBlocks(this.#snapshots(now), now);
    this.#conclude(now);
  }

  settle(notification: Notification, settlement: Settlement): void {
    this.#dispatcher.settle(notification, settlement);
  }

  alerts(): readonly Alert[] {
    const now = this.#ports.clock.now();
    const alerts = [...this.#state.records().values()].map(({ alert }) => alert);
    return sortWithSilences(alerts, this.#state.silences(), now);
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

  silence(wish: SilenceRequest): Silence {
    const now = this.#ports.clock.now();
    const rules = this.#setup.rules.map(({ name }) => name);
    const silence = this.#silences.create(wish, rules, now);
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
    this.#tidiedAt += byMs;
    this.#commit();
  }

  stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#callOffDispatch?.();
    this.#commit();
  }

  #load(documents: readonly AlertDocument[]): void {
    const unusable = this.#state.load(documents, this.#ports.clock.now());
    if (unusable.length === 0) return;
    this.#ports.log.warn('Stored documents of alerting cannot be used, and are left out', {
      documents: unusable,
    });
  }

  /** Goes on with what an earlier process knew, where this one has decided nothing yet. */
  #recall(documents: readonly AlertDocument[]): void {
    const state = this.#state;
    const submitted = new Set(state.outbox().map(({ id }) => id));
    this.#load(documents);
    // Whoever was told of an alert meanwhile needs no older message about it.
    for (const { id, receiver, alerts } of state.outbox()) {
      if (submitted.has(id)) continue;
      const told = state.notificationRecords(receiver).filter(({ inFlight }) => inFlight !== id);
      if (alerts.some((alert) => told.some(({ fingerprint }) => fingerprint === alert.fingerprint)))
        state.removeFromOutbox(id);
    }
    this.#dispatcher.apply(this.#setup.receivers);
    this.#dispatcher.resume(submitted);
    this.apply(this.#setup);
  }

  #tick(): void {
    const now = this.#ports.clock.now();
    this.#evaluator.evaluateAll(this.#snapshots(now), now);
    if (now - this.#tidiedAt >= MAINTENANCE_MS) {
      this.#tidiedAt = now;
      this.#state.maintain(now);
    }
    this.#conclude(now);
    this.#dispatcher.dispatch(now);
  }

  /** What has changed is committed before anybody hears of it. */
  #conclude(now: number): void {
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
    this.#callOffDispatch ??= after(GATHER_RESULTS_MS, () => {
      this.#callOffDispatch = undefined;
      // Once more: by now it is foreseen when an empty bucket refills, which is what people ask first.
      this.#tick();
    });
  }

  #snapshots(now: number): readonly CredentialSnapshot[] {
    return this.#ports.states().map((state) => this.#watch(state, now));
  }

  #watch(state: CredentialState, now: number): CredentialSnapshot {
    const { name } = state.identity;
    const { outlookOf, contain } = this.#ports;
    return takeContainedSnapshot(state, outlookOf(name), now, contain, this.#setup.routeOf(name));
  }
}

/** Whether a result tells of what a critical alert is about. */
function needsImmediateEvaluation({ outcome }: Result): boolean {
  if (outcome.kind === 'limited') return outcome.remaining <= 0;
  return outcome.kind === 'blocked' || (outcome.kind === 'failed' && outcome.reason === 'unauthorized');
}

function bucketOfState({ identity, known }: CredentialState): AlertSubject {
  return bucketOf({ name: identity.name, known });
}

import type { Notification, Notifier, Settlement } from '../domain/alerts/delivery/notification.ts';
import type { AlertsConfig } from '../domain/alerts/delivery/receiver.ts';
import type { AlertService } from '../domain/alerts/lifecycle/alert-service.ts';
import type { AlertStore } from '../domain/alerts/lifecycle/alert-store.ts';
import type { Outlook } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { Result } from '../domain/result.ts';
import type { WatchedSpending } from '../domain/spending/watched-spending.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import type { Log } from '../kit/log.ts';

/** Evaluates the rules, stores the alerts, and decides which notifications are sent. */
export interface AlertEnginePorts {
  readonly store: AlertStore;
  readonly notifier: Notifier;
  /** Returns all credential states, in the order of the configuration. */
  readonly states: () => readonly CredentialState[];
  /** Returns the forecast of the bucket of a credential; undefined if there is none. */
  readonly outlookOf: (name: string) => Outlook | undefined;
  /**
   * Isolates failures, so that one broken credential or bucket does not break the others. Default: they are not
   * reported.
   */
  readonly contain?: Containment | undefined;
  /** Returns the budgets and caches. Default: none. */
  readonly spending?: (() => WatchedSpending) | undefined;
  /** Headroom's page, with a slash at its end. */
  readonly pageUrl: () => string;
  /** Returns a new random id that is safe in a URL. */
  readonly newId: () => string;
  readonly clock: Clock;
  /** Schedules a callback once. Returns a function that cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Schedules a callback repeatedly. Returns a function that stops it. */
  readonly every: (intervalMs: number, run: () => void) => () => void;
  readonly log: Log;
}

/** Configuration of the alert engine; a reload replaces it. */
export interface AlertSetup extends AlertsConfig {
  /**
   * Returns a name of the route that the requests of a credential take: credentials of one route leave from one
   * address.
   */
  readonly routeOf: (name: string) => string;
}

/** Evaluates the rules, stores the alerts, and decides which receivers are notified. */
export interface AlertEngine extends AlertService {
  /** Loads the stored alerts and starts to evaluate. */
  open(setup: AlertSetup): void;
  /** Resolves open alerts at receivers that are not in this list, before they are removed. */
  notifyRemoval(receivers: AlertSetup['receivers']): void;
  /** Applies a changed configuration. Alerts of removed rules and credentials end. */
  apply(setup: AlertSetup): void;
  /** Evaluates a result that has just been recorded. */
  record(result: Result): void;
  /** Stores the outcome of a notification. */
  settle(notification: Notification, settlement: Settlement): void;
  /** Shifts all stored instants after the wall clock was set by `byMs` milliseconds. */
  clockJumped(byMs: number): void;
  /** Stops without notifying. Firing alerts stay stored. */
  stop(): void;
}

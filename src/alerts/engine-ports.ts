import type { Notification, Notifier, Settlement } from '../domain/alerts/delivery/notification.ts';
import type { AlertsConfig } from '../domain/alerts/delivery/receiver.ts';
import type { AlertService } from '../domain/alerts/lifecycle/alert-service.ts';
import type { AlertStore } from '../domain/alerts/lifecycle/alert-store.ts';
import type { Outlook } from '../domain/credential-snapshot.ts';
import type { CredentialState } from '../domain/credential-state.ts';
import type { Result } from '../domain/result.ts';
import type { Clock } from '../kit/clock.ts';
import type { Containment } from '../kit/contain.ts';
import type { Log } from '../kit/log.ts';

/** What alerting is given. */
export interface AlertEnginePorts {
  readonly store: AlertStore;
  readonly notifier: Notifier;
  /** All states in the order of the configuration. */
  readonly states: () => readonly CredentialState[];
  /** What is to be expected of a credential's bucket. */
  readonly outlookOf: (name: string) => Outlook | undefined;
  /** Keeps one broken credential or bucket from breaking the others; without a report unless given. */
  readonly contain?: Containment | undefined;
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
export interface AlertEngine extends AlertService {
  /** Takes up what the store remembers. Nothing is evaluated before. */
  open(setup: AlertSetup): void;
  /** Ends what is open at receivers that are not among these, before they are removed. */
  notifyRemoval(receivers: AlertSetup['receivers']): void;
  /** Goes on with another configuration. Alerts of rules and credentials that are gone end. */
  apply(setup: AlertSetup): void;
  /** Hears of a result that has just been recorded. */
  record(result: Result): void;
  /** Hears what became of a message. */
  settle(notification: Notification, settlement: Settlement): void;
  /** Moves all that is remembered in time, after the wall clock was set by `byMs` milliseconds. */
  clockJumped(byMs: number): void;
  /** Ends without a word: what fires is remembered. */
  stop(): void;
}

import type { AlertEvent } from '../alerts/lifecycle/alert-store.ts';
import type { Result } from '../result.ts';

/** An event that is sent to pages and programs as it happens. */
export type LiveEvent = ResultLiveEvent | AlertLiveEvent;

/** A probe ended. */
export interface ResultLiveEvent {
  readonly kind: 'result';
  readonly result: Result;
}

/** An alert changed, and the change was committed. */
export interface AlertLiveEvent {
  readonly kind: 'alert';
  readonly event: AlertEvent;
}

/** Receives each event. Must not throw. */
export type LiveListener = (event: LiveEvent) => void;

import type { AlertEvent } from '../alerts/lifecycle/alert-store.ts';
import type { Result } from '../result.ts';

/** Something that happened, as pages and programs are told of it the moment it does. */
export type LiveEvent = ResultLiveEvent | AlertLiveEvent;

/** A probe has ended. */
export interface ResultLiveEvent {
  readonly kind: 'result';
  readonly result: Result;
}

/** Something has happened to an alert, and has been committed. */
export interface AlertLiveEvent {
  readonly kind: 'alert';
  readonly event: AlertEvent;
}

/** Hears of each event. Does not throw. */
export type LiveListener = (event: LiveEvent) => void;

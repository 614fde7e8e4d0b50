import type { Result } from './result.ts';

/** Something that happened, as pages and programs are told of it the moment it does. */
export type LiveEvent = ResultEvent;

/** A probe has ended. */
export interface ResultEvent {
  readonly kind: 'result';
  readonly result: Result;
}

/** Hears of each event. Does not throw. */
export type LiveListener = (event: LiveEvent) => void;

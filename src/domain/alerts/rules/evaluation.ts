import type { AlertFacts } from '../alert.ts';

/**
 * Whether a rule's condition holds for a subject, by what is known now.
 *
 * `holds` it does; `stays` neither: nothing begins and nothing ends, as between two thresholds; `clear` it does not;
 * `overtaken` it does not matter any more; `unknown` nothing can be said, as after a failed probe: all stays as it is.
 */
export type Evaluation =
  | {
      readonly verdict: 'holds';
      /** Since when, in milliseconds since the epoch. */
      readonly since: number;
      readonly facts: AlertFacts;
    }
  | { readonly verdict: 'stays' | 'overtaken'; readonly facts: AlertFacts }
  | Clear
  | { readonly verdict: 'unknown' };

/** The condition does not hold. */
export interface Clear {
  readonly verdict: 'clear';
  /** When the reading was made that says so, in milliseconds since the epoch. */
  readonly at: number;
  /** How far apart the first and the newest reading in a row must be that say so, until it is believed: milliseconds. */
  readonly settleMs: number;
  /** Whether the reading itself may be false, so that its numbers are not shown before it is believed. */
  readonly isDoubtful: boolean;
  readonly facts: AlertFacts;
}

/** What a condition is told beside what there is to see. */
export interface EvaluationContext {
  /** Whether the bucket is known to be exhausted, and people are told so: then it is low anyway. */
  readonly isExhausted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Nothing can be said. */
export const UNKNOWN: Evaluation = { verdict: 'unknown' };

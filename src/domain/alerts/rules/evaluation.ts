import type { AlertFacts } from '../alert.ts';

/**
 * Whether the condition of a rule holds for a subject.
 *
 * `holds`: it does. `stays`: between two thresholds, alerts neither begin nor end. `clear`: it does not hold.
 * `overtaken`: it no longer matters. `unknown`: no evidence, as after a failed probe: the alert is unchanged.
 */
export type Evaluation =
  | {
      readonly verdict: 'holds';
      /** Since when the condition holds, in milliseconds since the epoch. */
      readonly since: number;
      readonly facts: AlertFacts;
    }
  | { readonly verdict: 'stays' | 'overtaken'; readonly facts: AlertFacts }
  | Clear
  | { readonly verdict: 'unknown' };

/** The condition does not hold. */
export interface Clear {
  readonly verdict: 'clear';
  /** When the reading was made that shows this, in milliseconds since the epoch. */
  readonly at: number;
  /** How far apart the first and the newest such reading must be before the alert ends, in milliseconds. */
  readonly settleMs: number;
  /** Whether the reading may be wrong; then its numbers are not shown before the alert ends. */
  readonly isDoubtful: boolean;
  readonly facts: AlertFacts;
}

/** What a condition needs besides the credentials. */
export interface EvaluationContext {
  /** Whether an alert fires that says that the bucket is exhausted: then it is low in any case. */
  readonly isExhausted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The evaluation without evidence. */
export const UNKNOWN: Evaluation = { verdict: 'unknown' };

/**
 * The kinds of window that Docker Hub may use. The headers state the length of the window, not its kind.
 *
 * `sliding` each pull comes back one window after it was made; `fixed-clock` everything comes back at multiples of the
 * window since the epoch; `fixed-first-pull` everything comes back one window after the first pull of the window.
 */
export type WindowHypothesis = 'sliding' | 'fixed-clock' | 'fixed-first-pull';

/** All hypotheses, in a fixed order. */
export const WINDOW_HYPOTHESES: readonly WindowHypothesis[] = ['sliding', 'fixed-clock', 'fixed-first-pull'];

/** A span of time in milliseconds since the epoch: after `from`, until and including `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Pulls that were made within a span and still count against the limit. */
export interface PullSpan extends Span {
  readonly pulls: number;
}

/** Pulls that count against a sliding window. */
export interface CountedPulls extends PullSpan {
  /** The part of them that lowered a reading. The others are inferred from returns that raised no reading. */
  readonly seen: number;
}

/** The explanation of the time between two believed samples by one hypothesis. */
export interface Step extends Span {
  /** Pulls spent: the least that explains the samples. */
  readonly spent: number;
  /** The part of `spent` that may have been spent long before, hidden by returns. */
  readonly untimed: number;
  /** Pulls that returned. */
  readonly returned: number;
  /** Whether they returned because a window ended. */
  readonly reset: boolean;
  /** The part of `returned` whose spending was not observed: its time is no evidence for the hypothesis. */
  readonly unseen: number;
  /** Returned pulls that the hypothesis cannot explain. */
  readonly unexplained: number;
  /** Unexplained increases within the hub's small variations; they are ignored. */
  readonly wobble: number;
  /** Whether the bucket was exhausted at the end: the demand beyond is unknown. */
  readonly isDryAfter: boolean;
  /** Logarithm of the probability that a window of unknown end ends in this step. */
  readonly logTimely: number;
}

/** The explanation of a stretch by one hypothesis, and the state of the window at the last sample. */
export type WindowState =
  | {
      readonly hypothesis: 'sliding';
      readonly steps: readonly Step[];
      /** Pulls that count against the limit at the last sample. */
      readonly used: number;
      /** These pulls by the time they were made, oldest first. */
      readonly outstanding: readonly CountedPulls[];
      /** The latest time at which a return may have hidden a pull, in milliseconds since the epoch. */
      readonly mayHideUntil: number;
    }
  | {
      readonly hypothesis: 'fixed-clock' | 'fixed-first-pull';
      readonly steps: readonly Step[];
      readonly used: number;
      /** The span in which the window ends; undefined when no window is open. */
      readonly resetBetween: Span | undefined;
    };

/** The largest timing error between two samples, in milliseconds: probes take up to 10 s. */
export const TIMING_SLACK_MS = 15_000;
/** The largest difference between our clock and the hub's, in milliseconds, for windows that end at a clock time. */
export const CLOCK_SLACK_MS = 30_000;
/** The most successive readings that can count as small variations; a lasting change is real. */
export const MOST_WOBBLES = 2;

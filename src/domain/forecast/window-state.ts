/**
 * How Docker might meter: the registry names the window's length and never says which.
 *
 * `sliding` each pull comes back one window after it was made; `fixed-clock` everything comes back at multiples of the
 * window since the epoch; `fixed-first-pull` everything comes back one window after the first pull of the window.
 */
export type WindowHypothesis = 'sliding' | 'fixed-clock' | 'fixed-first-pull';

/** All hypotheses, in a fixed order. */
export const WINDOW_HYPOTHESES: readonly WindowHypothesis[] = ['sliding', 'fixed-clock', 'fixed-first-pull'];

/** A span of time, in milliseconds since the epoch: after `from`, at the latest at `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Pulls that were made within a span and still count. */
export interface PullSpan extends Span {
  readonly pulls: number;
}

/** Pulls that count against a sliding window. */
export interface CountedPulls extends PullSpan {
  /** Those of them that were seen: the reading fell by them. The others are inferred from returns that did not show. */
  readonly seen: number;
}

/** What happened between two believed samples, as one hypothesis explains it. */
export interface Step extends Span {
  /** Pulls spent: the least that explains the samples. */
  readonly spent: number;
  /** Those of them that may have been spent long before, unseen because others came back meanwhile. */
  readonly untimed: number;
  /** Pulls that came back. */
  readonly returned: number;
  /** Whether they came back because a window ended. */
  readonly reset: boolean;
  /** Those of them that nobody saw being made: that they came just then is no merit of the hypothesis. */
  readonly unseen: number;
  /** Pulls that came back though the hypothesis has no reason for it. */
  readonly unexplained: number;
  /** The same, within the hub's small variations, and not believed. */
  readonly wobble: number;
  /** Whether the bucket was dry at the end: what was asked for beyond is not known. */
  readonly isDryAfter: boolean;
  /** Logarithm of how likely it was that a window of unknown end would end in this very step. */
  readonly logTimely: number;
}

/** The history of a stretch as one hypothesis explains it, and where it stands at the last sample. */
export type WindowState =
  | {
      readonly hypothesis: 'sliding';
      readonly steps: readonly Step[];
      /** Pulls that count against the limit now. */
      readonly used: number;
      /** The same by the time they were made, oldest first. */
      readonly outstanding: readonly CountedPulls[];
      /** Until when a pull may have gone unseen because another came back, in milliseconds since the epoch. */
      readonly mayHideUntil: number;
    }
  | {
      readonly hypothesis: 'fixed-clock' | 'fixed-first-pull';
      readonly steps: readonly Step[];
      readonly used: number;
      /** When the window ends; undefined when none is open. */
      readonly resetBetween: Span | undefined;
    };

/** By how much two samples may be off against each other, in milliseconds: probes take up to 10 s. */
export const TIMING_SLACK_MS = 15_000;
/** How far our clock may be from the hub's, in milliseconds: boundaries of clock time are looked for this far away. */
export const CLOCK_SLACK_MS = 30_000;
/** How many readings in a row may be taken for small variations: what stays is true. */
export const MOST_WOBBLES = 2;

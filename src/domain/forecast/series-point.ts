import type { Result } from '../result.ts';

/** The values of a bucket in one answer. */
export interface Sample {
  readonly kind: 'limited';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Pulls left, as in the header; can be negative. */
  readonly remaining: number;
  /** Length of the window in seconds; undefined when the hub does not state it. */
  readonly windowSeconds: number | undefined;
  /** The source as sent; undefined when the hub does not report it. */
  readonly source: string | undefined;
}

/** An answer without metering. */
export interface UnlimitedPoint {
  readonly kind: 'unlimited';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: string | undefined;
}

/** A probe without a limit: it failed or was blocked. */
export interface MissedPoint {
  readonly kind: 'missed';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One point of the history of a credential or a bucket. */
export type SeriesPoint = Sample | UnlimitedPoint | MissedPoint;

/** Returns the point of a result in the history that forecasts are computed from. */
export function pointOf(result: Pick<Result, 'at' | 'outcome'>): SeriesPoint {
  const { at, outcome } = result;
  switch (outcome.kind) {
    case 'limited': {
      const { limit, remaining, windowSeconds, source } = outcome;
      return { kind: 'limited', at, limit, remaining, windowSeconds, source: source?.value };
    }
    case 'unlimited':
      return { kind: 'unlimited', at, source: outcome.source?.value };
    case 'blocked':
    case 'failed':
      return { kind: 'missed', at };
  }
}

/** Returns the points in the order of time; the same array when it is sorted. Simultaneous points keep their order. */
export function inTimeOrder<Point extends { readonly at: number }>(
  points: readonly Point[],
): readonly Point[] {
  const isOrdered = points.every((point, i) => i === 0 || (points[i - 1]?.at ?? 0) <= point.at);
  return isOrdered ? points : [...points].sort((a, b) => a.at - b.at);
}

/** Between which two numbers the truth lies, both included. */
export interface PullRange {
  readonly low: number;
  readonly high: number;
}

/** Nothing, for certain. */
export const NO_PULLS: PullRange = { low: 0, high: 0 };

/** A number that is known exactly. */
export function exactly(count: number): PullRange {
  return { low: count, high: count };
}

/** The range of a sum. */
export function addRanges(ranges: readonly PullRange[]): PullRange {
  return ranges.reduce((sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }), NO_PULLS);
}

/** The range of a product of two that are not negative. */
export function multiplyRanges(a: PullRange, b: PullRange): PullRange {
  return { low: a.low * b.low, high: a.high * b.high };
}

/** Whole pulls: half a pull is spent as a whole one. */
export function roundUp({ low, high }: PullRange): PullRange {
  return { low: Math.ceil(low), high: Math.ceil(high) };
}

/** A range as it is written: `42`, or `42 to 54`. */
export function formatRange({ low, high }: PullRange): string {
  return low === high ? String(low) : `${low} to ${high}`;
}

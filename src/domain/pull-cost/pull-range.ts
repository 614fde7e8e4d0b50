/** The lower and upper bound of a number of pulls, both included. */
export interface PullRange {
  readonly low: number;
  readonly high: number;
}

/** Exactly 0 pulls. */
export const NO_PULLS: PullRange = { low: 0, high: 0 };

/** Returns the range of an exact number. */
export function exactly(count: number): PullRange {
  return { low: count, high: count };
}

/** Returns the sum of ranges. */
export function addRanges(ranges: readonly PullRange[]): PullRange {
  return ranges.reduce((sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }), NO_PULLS);
}

/** Returns the product of two ranges that are not negative. */
export function multiplyRanges(a: PullRange, b: PullRange): PullRange {
  return { low: a.low * b.low, high: a.high * b.high };
}

/** Rounds both bounds up to whole pulls. */
export function roundUp({ low, high }: PullRange): PullRange {
  return { low: Math.ceil(low), high: Math.ceil(high) };
}

/** Formats a range: `42`, or `42 to 54`. */
export function formatRange({ low, high }: PullRange): string {
  return low === high ? String(low) : `${low} to ${high}`;
}

import { countNoun, formatCount, spanWords } from './wording.ts';

/** A closed range of whole numbers. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

/**
 * The ranges of numbers that are accepted from outside: header values, answers of Prometheus, rows of the history file,
 * stored alerts, CSV files. Every reader of such a number checks it against these ranges, so that other code can calculate
 * with it: the sum of an instant and a window is a valid date, and a count is exact.
 */
export const BELIEVABLE = {
  /** Length of a window in seconds: 1 second to 31 days. */
  windowSeconds: { least: 1, most: 31 * 86_400 },
  /** Pulls allowed in a window. The upper end is above 2^32, since that is how some services say "no limit". */
  limit: { least: 0, most: 10_000_000_000 },
  /** Pulls left; negative numbers occur. */
  remaining: { least: -10_000_000_000, most: 10_000_000_000 },
  /** An instant in milliseconds since the epoch: 1970 to the end of 2099. */
  instantMs: { least: 0, most: Date.UTC(2100, 0) - 1 },
  /** How long a probe took, or how far two polls are apart, in milliseconds: up to 366 days. */
  spanMs: { least: 0, most: 366 * 86_400_000 },
} as const satisfies Record<string, NumberRange>;

/** The largest believable number of any kind: the rest of a window is added to an instant. */
const LARGEST_NUMBER = Math.max(
  BELIEVABLE.instantMs.most + BELIEVABLE.windowSeconds.most * 1_000,
  BELIEVABLE.limit.most,
);

/** One of the quantities in `BELIEVABLE`. */
export type Quantity = keyof typeof BELIEVABLE;

/** Reports whether a value from outside is a number in the range of its quantity. */
export function isBelievable(quantity: Quantity, value: unknown): value is number {
  const { least, most } = BELIEVABLE[quantity];
  return typeof value === 'number' && value >= least && value <= most;
}

/** Returns the value if it is in the range of its quantity, undefined otherwise. */
export function believe(quantity: Quantity, value: unknown): number | undefined {
  return isBelievable(quantity, value) ? value : undefined;
}

/** The fields of a rate limit before they are checked. */
export interface StatedLimit {
  readonly limit: unknown;
  readonly remaining: unknown;
  readonly windowSeconds: unknown;
}

/**
 * Returns the rate limit of a stored or queried record. A window out of its range is undefined.
 * @returns undefined when the limit or the remaining pulls are out of their range
 */
export function believeLimit(
  stated: StatedLimit,
): { limit: number; remaining: number; windowSeconds: number | undefined } | undefined {
  const { limit, remaining } = stated;
  if (!isBelievable('limit', limit) || !isBelievable('remaining', remaining)) return undefined;
  return { limit, remaining, windowSeconds: believe('windowSeconds', stated.windowSeconds) };
}

/** Describes a range for an error message: `1 second to 31 days`, `0 to 10,000,000,000 pulls`. */
export function rangeWords(quantity: 'windowSeconds' | 'limit' | 'remaining'): string {
  const { least, most } = BELIEVABLE[quantity];
  if (quantity === 'windowSeconds') return `${spanWords(least)} to ${spanWords(most)}`;
  return `${formatCount(least)} to ${countNoun(most, 'pull')}`;
}

/** Reports whether every number in a value, at any depth, can be an instant or a count: finite, and of a believable size. */
export function hasSaneNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= LARGEST_NUMBER;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(hasSaneNumbers);
}

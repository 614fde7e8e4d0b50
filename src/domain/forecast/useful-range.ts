/** How many times its lower end the upper end of a range may be, for the range to help a reader decide. */
const USEFUL_RATIO = 4;
/** Pulls within an hour below which a lower end counts as this many: 0 to 20 pulls is useful, 12 to 621 is not. */
const FEW_PULLS = 5;
/** Milliseconds from now below which the earlier end counts as this long (15 minutes). */
const SOON_MS = 15 * 60_000;

/** Reports whether a range of pulls is narrow enough to be told in words. Beyond it, texts leave the range out. */
export function isUsefulRate({ low, high }: { readonly low: number; readonly high: number }): boolean {
  return high <= USEFUL_RATIO * Math.max(low, FEW_PULLS);
}

/**
 * Reports whether a range of time is narrow enough to be told in words. Beyond it, texts name its beginning only.
 * @param now milliseconds since the epoch
 */
export function isUsefulSpan(earliest: number, latest: number, now: number): boolean {
  return latest - now <= USEFUL_RATIO * Math.max(earliest - now, SOON_MS);
}

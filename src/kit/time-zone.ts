/** Tells how far the local time of a zone is from UTC at a moment, in milliseconds, positive to the east. */
export type ZoneOffset = (at: number) => number;

/** Every zone's offset changes at a quarter of an hour, if it does. */
const BLOCK_MS = 15 * 60_000;
/** How many offsets are remembered at most: asking Intl takes microseconds, and one day is asked for hundreds of times. */
const MOST_OFFSETS = 10_000;

/**
 * Returns the offsets of a time zone.
 * @param timeZone a name of the IANA database; undefined is the zone of this process
 * @throws RangeError for a name that is none
 */
export function createZoneOffset(timeZone: string | undefined): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone !== undefined && { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets = new Map<number, number>();
  return (at) => {
    const block = Math.floor(at / BLOCK_MS);
    const known = offsets.get(block);
    if (known !== undefined) return known;
    const parts = format.formatToParts(block * BLOCK_MS);
    const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const shown = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'));
    const offset = shown - block * BLOCK_MS;
    if (offsets.size >= MOST_OFFSETS) offsets.clear();
    offsets.set(block, offset);
    return offset;
  };
}

import type { BucketReading } from './bucket-reading.ts';

/** The limit from which a change is told. */
export interface Baseline {
  /** Pulls. */
  readonly limit: number;
  /** Seconds; undefined when the hub did not say. */
  readonly windowSeconds: number | undefined;
  /** When it was last seen or taken over, in milliseconds since the epoch; up to a day before it really was. */
  readonly seenAt: number;
}

/** How much older than the newest sight `seenAt` may become, in milliseconds: it is not worth a write each minute. */
const SEEN_WITHIN_MS = 24 * 3_600_000;
/** How long the limit of a bucket is remembered that nobody reports any more, in milliseconds (30 days). */
const KEPT_MS = 30 * SEEN_WITHIN_MS;

/** Whether a reading tells of another limit or window. One that names no window contradicts none. */
export function differs(
  { limit, windowSeconds }: Pick<Baseline, 'limit' | 'windowSeconds'>,
  now: Pick<Baseline, 'limit' | 'windowSeconds'>,
): boolean {
  const sameWindow =
    windowSeconds === undefined || now.windowSeconds === undefined || windowSeconds === now.windowSeconds;
  return limit !== now.limit || !sameWindow;
}

/** The baseline after a reading that does not differ from it, or the first one: the same object unless it is to be kept anew. */
export function confirmBaseline(before: Baseline | undefined, reading: BucketReading): Baseline | undefined {
  if (reading.kind !== 'limited') return before;
  const { limit, windowSeconds } = reading.limited;
  if (!before) return { limit, windowSeconds, seenAt: reading.at };
  const learnsWindow = before.windowSeconds === undefined && windowSeconds !== undefined;
  if (!learnsWindow && reading.at - before.seenAt < SEEN_WITHIN_MS) return before;
  return { limit, windowSeconds: windowSeconds ?? before.windowSeconds, seenAt: reading.at };
}

/** Whether a baseline is so old that its bucket will not come back: addresses come and go. */
export function isForgotten({ seenAt }: Baseline, now: number): boolean {
  return now - seenAt > KEPT_MS;
}

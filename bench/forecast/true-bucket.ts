/** A kind of metering that Docker Hub may use. */
export type BucketKind = 'sliding' | 'fixed-clock' | 'fixed-first-pull';

/** What is true of a bucket at one moment. */
export interface BucketState {
  readonly remaining: number;
  /** When it is full again if nothing else is pulled; null when it is. */
  readonly fullAt: number | null;
  /** Until when a forecast made now looks: the next reset, or one window. */
  readonly endsAt: number;
  /** The range of the counted pulls in `PlayedBucket.counted`. */
  readonly first: number;
  readonly end: number;
}

/** A time without pulls left, in milliseconds since the epoch. */
export interface DrySpan {
  readonly from: number;
  readonly to: number;
}

/** What happened to a bucket. */
export interface PlayedBucket {
  /** The states at the requested instants. */
  readonly states: readonly BucketState[];
  readonly dry: readonly DrySpan[];
  /** The instants of all pulls that were not denied, in order. */
  readonly counted: readonly number[];
}

/**
 * Plays demand against a bucket. Denied pulls do not count (Docker fixed that in February 2022).
 * @param demand instants of pulls, in order
 * @param looks instants at which the state is returned, in order
 */
export function playBucket(
  kind: BucketKind,
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  demand: readonly number[],
  looks: readonly number[],
): PlayedBucket {
  const counted: number[] = [];
  let head = 0;
  let endsAt: number | null = null;
  const dry: DrySpan[] = [];
  let dryFrom = Number.NaN;

  const leaveDry = (at: number) => {
    if (Number.isNaN(dryFrom)) return;
    dry.push({ from: dryFrom, to: at });
    dryFrom = Number.NaN;
  };
  const settle = (at: number) => {
    if (kind === 'sliding') {
      for (; head < counted.length && (counted[head] ?? 0) + windowMs <= at; head += 1) {
        leaveDry((counted[head] ?? 0) + windowMs);
      }
      return;
    }
    const boundary = kind === 'fixed-clock' ? (Math.floor(at / windowMs) + 1) * windowMs : null;
    endsAt ??= boundary;
    if (endsAt === null || at < endsAt) return;
    leaveDry(endsAt);
    head = counted.length;
    endsAt = boundary;
  };
  const pull = (at: number) => {
    settle(at);
    if (counted.length - head >= limit) return;
    counted.push(at);
    endsAt ??= kind === 'fixed-first-pull' ? at + windowMs : null;
    if (counted.length - head >= limit) dryFrom = at;
  };

  let next = 0;
  const states = looks.map((at) => {
    while (next < demand.length && (demand[next] ?? 0) <= at) pull(demand[next++] ?? 0);
    settle(at);
    const used = counted.length - head;
    const slides = kind === 'sliding';
    const fullAt = used === 0 ? null : slides ? (counted.at(-1) ?? 0) + windowMs : endsAt;
    const lookEnd = slides ? at + windowMs : (endsAt ?? at + windowMs);
    return { remaining: limit - used, fullAt, endsAt: lookEnd, first: head, end: counted.length };
  });
  leaveDry(Number.POSITIVE_INFINITY);
  return { states, dry, counted };
}

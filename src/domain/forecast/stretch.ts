import { inTimeOrder, type Sample, type SeriesPoint } from './series-point.ts';

/**
 * Whether a reading is used.
 *
 * `believed` it is used; `false-full` the hub reported a full bucket for a moment, as captured on 2021-01-17
 * (66, 67, 100, 67, 67, 67, 67, 67, 100); `doubtful` it may be either: a jump to full that no later reading has confirmed,
 * or one that an exhausted bucket showed for a moment.
 */
type Verdict = 'believed' | 'false-full' | 'doubtful';

/** The most successive readings that can be false. */
const LONGEST_FALSE_RUN = 2;
/** The largest difference between the values before and after a false reading, as a share of the jump. */
const RETURN_SHARE = 0.1;
/** The share of the limit below which a bucket counts as nearly exhausted. */
const NEARLY_DRY_SHARE = 0.1;

/** Returns the largest difference that counts as one of the hub's "small variations", in pulls: 2, or 2 % of the limit. */
export function wobbleOf(limit: number): number {
  return Math.max(2, Math.round(limit * 0.02));
}

/**
 * Judges the readings of one limit, in the order of time. A jump to full is believed when the next reading confirms it.
 * @returns one verdict for each sample
 */
export function judgeReadings(samples: readonly Sample[]): Verdict[] {
  const verdicts: Verdict[] = [];
  let before: Sample | undefined;
  for (let i = 0; i < samples.length; ) {
    const sample = samples[i];
    if (!sample) break;
    const run = before && isJumpToFull(before, sample) ? fullRunLength(samples, i) : 0;
    const verdict = before && run > 0 ? judgeRun(before, samples.slice(i, i + run + 1), run) : 'believed';
    const judged = verdict === 'believed' ? 1 : run;
    for (let k = 0; k < judged; k += 1) verdicts.push(verdict);
    if (verdict === 'believed') before = sample;
    i += judged;
  }
  return verdicts;
}

function isJumpToFull(before: Sample, sample: Sample): boolean {
  return sample.remaining >= sample.limit && sample.remaining - before.remaining > wobbleOf(sample.limit);
}

/** Returns the number of successive full samples from `start` on, counted no further than needed. */
function fullRunLength(samples: readonly Sample[], start: number): number {
  let length = 1;
  while (length <= LONGEST_FALSE_RUN && isFull(samples[start + length])) length += 1;
  return length;
}

function isFull(sample: Sample | undefined): boolean {
  return sample !== undefined && sample.remaining >= sample.limit;
}

function judgeRun(before: Sample, run: readonly Sample[], length: number): Verdict {
  const full = run[0];
  const after = run[length];
  if (!full || length > LONGEST_FALSE_RUN) return 'believed';
  if (!after) return length === 1 ? 'doubtful' : 'believed';
  const jump = full.remaining - before.remaining;
  if (after.remaining > before.remaining + jump * RETURN_SHARE) return 'believed';
  // A refill can be spent again within a minute, and looks the same.
  return before.remaining <= full.limit * NEARLY_DRY_SHARE ? 'doubtful' : 'false-full';
}

/** A part of a bucket's history in which limit and window are constant. */
export interface Stretch {
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** The believed readings, in the order of time. */
  readonly samples: readonly Sample[];
  /** The other readings. */
  readonly disbelieved: readonly { readonly at: number; readonly verdict: Exclude<Verdict, 'believed'> }[];
  /** Median of the milliseconds between two rounds of polls. */
  readonly intervalMs: number;
  /** A longer time without samples is a gap, in milliseconds: three and a half intervals. */
  readonly gapMs: number;
}

/** A stretch, or why there is none. */
type StretchResult =
  | { readonly kind: 'stretch'; readonly stretch: Stretch }
  | { readonly kind: 'unlimited'; readonly at: number }
  | { readonly kind: 'none'; readonly reason: 'no_samples' | 'no_window' };

/** The number of intervals without a sample that makes a gap: three, and an allowance for jitter. */
const INTERVALS_UNTIL_GAP = 3.5;
/** Samples within this time may be one round of polls of several credentials, in milliseconds. */
const ONE_ROUND_MS = 10_000;
/** The interval that is assumed with a single sample, in milliseconds: that of the default schedule. */
const DEFAULT_INTERVAL_MS = 60_000;

/** Returns the stretches of a history, oldest first. Limit and window are constant in each; those without window are omitted. */
export function stretchesOf(points: readonly SeriesPoint[]): Stretch[] {
  return cut(inTimeOrder(points)).flatMap((part) => {
    const { windowSeconds } = part;
    return windowSeconds === undefined ? [] : [stretchOf(part, windowSeconds * 1_000)];
  });
}

/**
 * Returns the newest stretch of a history at `now`.
 * @param now milliseconds since the epoch; later points are ignored
 * @param keepMs the longest time before `now` that is considered, in milliseconds
 */
export function newestStretch(points: readonly SeriesPoint[], now: number, keepMs: number): StretchResult {
  const recent = inTimeOrder(points.filter(({ at }) => at <= now && at >= now - keepMs));
  const newest = recent.findLast(({ kind }) => kind !== 'missed');
  if (newest === undefined) return { kind: 'none', reason: 'no_samples' };
  if (newest.kind === 'unlimited') return { kind: 'unlimited', at: newest.at };
  const part = cut(recent).at(-1);
  if (part?.windowSeconds === undefined) return { kind: 'none', reason: 'no_window' };
  return { kind: 'stretch', stretch: stretchOf(part, part.windowSeconds * 1_000) };
}

interface Part {
  readonly limit: number;
  windowSeconds: number | undefined;
  readonly samples: Sample[];
  /** When each round of polls began, in milliseconds since the epoch. */
  readonly rounds: number[];
}

function cut(ordered: readonly SeriesPoint[]): Part[] {
  const parts: Part[] = [];
  let part: Part | undefined;
  for (const point of ordered) {
    if (point.kind === 'unlimited') part = undefined;
    if (point.kind !== 'limited') continue;
    if (!part || !continues(part, point)) {
      part = { limit: point.limit, windowSeconds: point.windowSeconds, samples: [], rounds: [] };
      parts.push(part);
    }
    part.windowSeconds ??= point.windowSeconds;
    addSample(part, point);
  }
  return parts;
}

/**
 * Adds a sample. Within a round it is left out if it repeats the newest one, or is higher by a small variation: the servers
 * of the hub differ by as much. Each decrease is kept, so that no pull is lost, at whatever distance the polls are.
 */
function addSample({ samples, rounds }: Part, sample: Sample): void {
  const newest = samples.at(-1);
  const roundAt = rounds.at(-1) ?? Number.NEGATIVE_INFINITY;
  const isSameRound = newest !== undefined && sample.at - roundAt < ONE_ROUND_MS;
  if (!isSameRound) rounds.push(sample.at);
  const risen = isSameRound ? sample.remaining - newest.remaining : Number.NaN;
  if (risen >= 0 && risen <= wobbleOf(sample.limit)) return;
  samples.push(sample);
}

/** Reports whether a sample belongs to a part. A sample without window (`100`, valid but in no capture) matches every window. */
function continues(part: Part, { limit, windowSeconds }: Sample): boolean {
  const sameWindow =
    windowSeconds === undefined || part.windowSeconds === undefined || windowSeconds === part.windowSeconds;
  return limit === part.limit && sameWindow;
}

function stretchOf({ samples, rounds }: Part, windowMs: number): Stretch {
  const verdicts = judgeReadings(samples);
  const intervalMs = usualInterval(rounds);
  return {
    limit: samples[0]?.limit ?? 0,
    windowMs,
    samples: samples.filter((_, i) => verdicts[i] === 'believed'),
    disbelieved: samples.flatMap(({ at }, i) => {
      const verdict = verdicts[i] ?? 'believed';
      return verdict === 'believed' ? [] : [{ at, verdict }];
    }),
    intervalMs,
    gapMs: intervalMs * INTERVALS_UNTIL_GAP,
  };
}

function usualInterval(rounds: readonly number[]): number {
  const intervals = rounds
    .slice(1)
    .map((at, i) => at - (rounds[i] ?? at))
    .sort((a, b) => a - b);
  return intervals[Math.floor(intervals.length / 2)] ?? DEFAULT_INTERVAL_MS;
}

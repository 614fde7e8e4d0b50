import { judgeReadings, type Verdict } from './false-full.ts';
import { inTimeOrder, type Sample, type SeriesPoint } from './series-point.ts';

/** The newest part of a bucket's history in which its limit and window stayed the same: what evidence may rest on. */
export interface Stretch {
  /** Pulls allowed in a window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** The readings that are believed, in the order of time. */
  readonly samples: readonly Sample[];
  /** The readings that are not, or not yet. */
  readonly disbelieved: readonly { readonly at: number; readonly verdict: Exclude<Verdict, 'believed'> }[];
  /** Milliseconds between two samples, usually. */
  readonly intervalMs: number;
  /** A longer silence than this is a gap in observation, in milliseconds: three and a half intervals. */
  readonly gapMs: number;
}

/** A stretch, or why there is none. */
export type StretchResult =
  | { readonly kind: 'stretch'; readonly stretch: Stretch }
  | { readonly kind: 'unlimited'; readonly at: number }
  | { readonly kind: 'none'; readonly reason: 'no_samples' | 'no_window' };

/** Intervals without a sample until observation counts as interrupted: three, and room for jitter. */
const INTERVALS_UNTIL_GAP = 3.5;
/** Samples of several credentials that come closer than this are one round of polls, in milliseconds. */
const ONE_ROUND_MS = 10_000;
/** The interval that is assumed while there is no second sample, in milliseconds: the default schedule. */
const DEFAULT_INTERVAL_MS = 60_000;

/** The stretches of a history, oldest first: its limit and window are the same throughout each. */
export function stretchesOf(points: readonly SeriesPoint[]): Stretch[] {
  return cut(inTimeOrder(points)).flatMap((part) => {
    const { windowSeconds } = part;
    return windowSeconds === undefined ? [] : [stretchOf(part.samples, windowSeconds * 1_000)];
  });
}

/**
 * The newest stretch of a history as it was known at `now`.
 * @param keepMs how far back it reaches at most, in milliseconds
 */
export function newestStretch(points: readonly SeriesPoint[], now: number, keepMs: number): StretchResult {
  const recent = inTimeOrder(points.filter(({ at }) => at <= now && at >= now - keepMs));
  const newest = recent.findLast(({ kind }) => kind !== 'missed');
  if (newest === undefined) return { kind: 'none', reason: 'no_samples' };
  if (newest.kind === 'unlimited') return { kind: 'unlimited', at: newest.at };
  const part = cut(recent).at(-1);
  if (part?.windowSeconds === undefined) return { kind: 'none', reason: 'no_window' };
  return { kind: 'stretch', stretch: stretchOf(part.samples, part.windowSeconds * 1_000) };
}

interface Part {
  readonly limit: number;
  windowSeconds: number | undefined;
  readonly samples: Sample[];
  /** When the newest round of polls began, in milliseconds since the epoch. */
  roundAt: number;
}

function cut(ordered: readonly SeriesPoint[]): Part[] {
  const parts: Part[] = [];
  let part: Part | undefined;
  for (const point of ordered) {
    if (point.kind === 'unlimited') part = undefined;
    if (point.kind !== 'limited') continue;
    if (!part || !continues(part, point)) {
      part = {
        limit: point.limit,
        windowSeconds: point.windowSeconds,
        samples: [],
        roundAt: Number.NEGATIVE_INFINITY,
      };
      parts.push(part);
    }
    part.windowSeconds ??= point.windowSeconds;
    addSample(part, point);
  }
  return parts;
}

/** Credentials polled together contradict each other by what happened between them: their round counts as one reading. */
function addSample(part: Part, sample: Sample): void {
  const { samples } = part;
  const newest = samples.at(-1);
  if (newest && sample.at - part.roundAt < ONE_ROUND_MS) {
    samples[samples.length - 1] = sample.remaining <= newest.remaining ? sample : newest;
    return;
  }
  part.roundAt = sample.at;
  samples.push(sample);
}

/** A header that names no window (`100`: seen in no capture, but allowed) contradicts none. */
function continues(part: Part, { limit, windowSeconds }: Sample): boolean {
  const sameWindow =
    windowSeconds === undefined || part.windowSeconds === undefined || windowSeconds === part.windowSeconds;
  return limit === part.limit && sameWindow;
}

function stretchOf(samples: readonly Sample[], windowMs: number): Stretch {
  const verdicts = judgeReadings(samples);
  const intervalMs = usualInterval(samples);
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

function usualInterval(samples: readonly Sample[]): number {
  const intervals = samples
    .slice(1)
    .map((sample, i) => sample.at - (samples[i]?.at ?? sample.at))
    .sort((a, b) => a - b);
  return intervals[Math.floor(intervals.length / 2)] ?? DEFAULT_INTERVAL_MS;
}

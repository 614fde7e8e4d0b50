import type { Stretch } from './stretch.ts';
import { wobbleOf } from './stretch.ts';
import type { WeightedState } from './window-evidence.ts';
import { CLOCK_SLACK_MS, TIMING_SLACK_MS, type WindowHypothesis, type WindowState } from './window-state.ts';

/** The range of time in which an event is expected, in milliseconds since the epoch. */
export interface TimeRange {
  readonly earliest: number;
  readonly latest: number;
}

/** Pulls that are expected to return together. */
export interface ExpectedReturn extends TimeRange {
  readonly pulls: number;
}

/** The expected returns by one hypothesis. */
export interface ExpectedReturns {
  readonly hypothesis: WindowHypothesis;
  readonly weight: number;
  /** In the order of time, at most 48 of them. */
  readonly returns: readonly ExpectedReturn[];
}

/** The least weight of hypotheses that ranges include: the others together stay below the 5 % that ranges may miss. */
const LEAST_SAY = 0.025;
/** The most returns within one window. */
const RETURNS_PER_WINDOW = 48;

/** Returns the expected returns by each hypothesis of sufficient weight. */
export function expectedReturns(
  stretch: Stretch,
  tracks: readonly WeightedState[],
  now: number,
): ExpectedReturns[] {
  return tracks
    .filter(({ weight }) => weight >= LEAST_SAY)
    .map(({ track, weight }) => ({
      hypothesis: track.hypothesis,
      weight,
      returns: together(returnsOf(track, stretch.windowMs, now), stretch.windowMs / RETURNS_PER_WINDOW),
    }));
}

/**
 * Returns when the bucket is full again without further pulls: from the earliest time of any hypothesis of sufficient
 * weight to the latest.
 * @returns null when it is full
 */
export function refillRange(
  stretch: Stretch,
  tracks: readonly WeightedState[],
  now: number,
): TimeRange | null {
  const last = stretch.samples.at(-1);
  if (!last || last.remaining >= last.limit) return null;
  const ranges = tracks
    .filter(({ weight }) => weight >= LEAST_SAY)
    .flatMap(({ track }) => fullRange(track, stretch, now) ?? []);
  // Pulls that no hypothesis explains were still made within the last window.
  if (ranges.length === 0) return { earliest: now, latest: last.at + stretch.windowMs };
  return {
    earliest: Math.min(...ranges.map(({ earliest }) => earliest)),
    latest: Math.max(...ranges.map(({ latest }) => latest)),
  };
}

/** Returns when the bucket is full by one hypothesis. Inferred times have an error of one interval; clock times are exact. */
function fullRange(track: WindowState, stretch: Stretch, now: number): TimeRange | undefined {
  const { windowMs, intervalMs } = stretch;
  const last = returnsOf(track, windowMs, now).at(-1);
  if (!last || track.hypothesis === 'fixed-clock') return last;
  if (track.hypothesis !== 'sliding') {
    return { earliest: Math.max(now, last.earliest - intervalMs), latest: last.latest + intervalMs };
  }
  // Decreases of readings are certain, except for small variations. Inferred pulls are not, and a newer pull may be hidden.
  let doubted = wobbleOf(stretch.limit);
  const certain = track.outstanding.findLast(({ pulls, seen }) => {
    doubted -= Math.min(pulls, seen);
    return doubted < 0;
  });
  return {
    earliest: certain ? Math.max(now, certain.from + windowMs - intervalMs) : now,
    latest: Math.max(last.latest, track.mayHideUntil + windowMs) + intervalMs,
  };
}

/** Returns when the first pull returns; null when none is expected. */
export function firstReturnRange(
  stretch: Stretch,
  tracks: readonly WeightedState[],
  now: number,
): TimeRange | null {
  const firsts = expectedReturns(stretch, tracks, now).flatMap(({ returns }) => returns[0] ?? []);
  if (firsts.length === 0) return null;
  return {
    earliest: Math.min(...firsts.map(({ earliest }) => earliest)),
    latest: Math.max(...firsts.map(({ latest }) => latest)),
  };
}

function returnsOf(track: WindowState, windowMs: number, now: number): ExpectedReturn[] {
  if (track.hypothesis === 'sliding') {
    return track.outstanding.map(({ from, to, pulls }) =>
      notBefore(now, from + windowMs - TIMING_SLACK_MS, to + windowMs + TIMING_SLACK_MS, pulls),
    );
  }
  if (!track.resetBetween || track.used === 0) return [];
  const slackMs = track.hypothesis === 'fixed-clock' ? CLOCK_SLACK_MS : TIMING_SLACK_MS;
  const { from, to } = track.resetBetween;
  return [notBefore(now, from - slackMs, to + slackMs, track.used)];
}

function notBefore(now: number, earliest: number, latest: number, pulls: number): ExpectedReturn {
  return { earliest: Math.max(now, earliest), latest: Math.max(now, latest), pulls };
}

/** Joins returns that are close to each other. */
function together(returns: readonly ExpectedReturn[], withinMs: number): ExpectedReturn[] {
  const joined: ExpectedReturn[] = [];
  for (const next of returns) {
    const group = joined.at(-1);
    if (group && next.latest - group.earliest <= withinMs) {
      joined[joined.length - 1] = {
        earliest: group.earliest,
        latest: Math.max(group.latest, next.latest),
        pulls: group.pulls + next.pulls,
      };
    } else {
      joined.push(next);
    }
  }
  return joined;
}

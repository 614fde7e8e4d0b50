import type { SeededRandom } from '../../kit/seeded-random.ts';
import type { PullSpan, Span, WindowState } from './window-state.ts';

/** A bucket in one simulated future. Its methods are called in the order of time. */
export interface SimulatedBucket {
  /** Returns the pulls left at an instant. */
  availableAt(at: number): number;
  /** Spends pulls at an instant. */
  spend(pulls: number, at: number): void;
  /** When all pulls that count now have returned, in milliseconds since the epoch. */
  readonly refilledAt: number;
}

/** The share of futures that distribute the pulls of a wide span over it; the others place them at one instant. */
const SPREAD_SHARE = 0.5;

/** Creates the bucket of a window state, from its last sample on. Unknown times of returns are drawn at random. */
export function simulatedBucket(
  track: WindowState,
  limit: number,
  remaining: number,
  windowMs: number,
  random: SeededRandom,
): SimulatedBucket {
  return track.hypothesis === 'sliding'
    ? slidingFuture(track.outstanding, limit, remaining, windowMs, random)
    : fixedFuture(track, limit, remaining, windowMs, random);
}

interface Return {
  readonly at: number;
  readonly pulls: number;
}

function slidingFuture(
  outstanding: readonly PullSpan[],
  limit: number,
  remaining: number,
  windowMs: number,
  random: SeededRandom,
): SimulatedBucket {
  const returns: Return[] = drawReturns(outstanding, windowMs, random);
  const refilledAt = returns.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  let available = remaining;
  let next = 0;
  return {
    refilledAt,
    availableAt(at) {
      for (let due = returns[next]; due !== undefined && due.at <= at; due = returns[next]) {
        available = Math.min(limit, available + due.pulls);
        next += 1;
      }
      return available;
    },
    spend(pulls, at) {
      available -= pulls;
      returns.push({ at: at + windowMs, pulls });
    },
  };
}

function drawReturns(outstanding: readonly PullSpan[], windowMs: number, random: SeededRandom): Return[] {
  const returns: Return[] = [];
  const spreads = random() < SPREAD_SHARE;
  const gathersAt = random();
  for (const { from, to, pulls } of outstanding) {
    const width = to - from;
    const pieces = spreads && pulls > 1 ? Math.min(pulls, Math.ceil(width / 60_000)) : 1;
    for (let piece = 0; piece < pieces; piece += 1) {
      const share = pieces > 1 ? (piece + 0.5) / pieces : gathersAt;
      const count = Math.floor((pulls * (piece + 1)) / pieces) - Math.floor((pulls * piece) / pieces);
      returns.push({ at: from + width * share + windowMs, pulls: count });
    }
  }
  return returns;
}

function fixedFuture(
  track: { readonly hypothesis: 'fixed-clock' | 'fixed-first-pull'; readonly resetBetween: Span | undefined },
  limit: number,
  remaining: number,
  windowMs: number,
  random: SeededRandom,
): SimulatedBucket {
  const { resetBetween } = track;
  let resetAt = resetBetween
    ? resetBetween.from + (resetBetween.to - resetBetween.from) * random()
    : undefined;
  let available = remaining;
  return {
    refilledAt: resetAt ?? Number.NEGATIVE_INFINITY,
    availableAt(at) {
      if (resetAt !== undefined && at >= resetAt) {
        available = limit;
        const periods = Math.floor((at - resetAt) / windowMs) + 1;
        resetAt = track.hypothesis === 'fixed-clock' ? resetAt + periods * windowMs : undefined;
      }
      return available;
    },
    spend(pulls, at) {
      available -= pulls;
      if (pulls > 0) resetAt ??= at + windowMs;
    },
  };
}

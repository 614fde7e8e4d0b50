import {
  drawExponential,
  drawGamma,
  drawPoisson,
  drawRounded,
  type SeededRandom,
} from '../../kit/seeded-random.ts';
import type { DemandRate, FollowedModel } from './demand-rate.ts';

/** A step of a simulation. */
export interface TimeStep {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly durationMs: number;
}

/** The demand of one simulated future: returns the pulls of each step. Called in the order of time. */
export type DemandPath = (step: number) => number;

/** The mean time after which a path follows the weekly profile, in milliseconds: by then recent demand tells little. */
const USUAL_TAKES_OVER_MS = 3_600_000;
/** Counts below this multiple of the variance of Poisson counts have no bursts. */
const BURSTS_FROM = 1.3;

/**
 * Prepares simulated demand.
 * @param steps the steps of every path
 * @returns a function that draws a path; `share` chooses its model: 0 to 1, evenly distributed over all paths
 */
export function demandPaths(
  { models, usual, pastRates, binMs }: DemandRate,
  steps: readonly TimeStep[],
): (share: number, random: SeededRandom) => DemandPath {
  const patterns = new Map(
    models.map(({ pattern }) => [
      pattern,
      steps.map(({ from, durationMs }) => pattern(from + durationMs / 2)),
    ]),
  );
  const startAt = steps[0]?.from ?? 0;

  function ratePath({ filter, pattern, burstPulls }: FollowedModel, random: SeededRandom): DemandPath {
    const rate = filter.drawFuture(pastRates, random);
    const relative = patterns.get(pattern) ?? [];
    return (step) => {
      const durationMs = steps[step]?.durationMs ?? 0;
      const mean = (rate(durationMs) * (relative[step] ?? 1) * durationMs) / binMs;
      return drawPulls(mean, burstPulls, random);
    };
  }

  return (share, random) => {
    const first = modelAt(models, share);
    if (!first) return () => 0;
    const recent = ratePath(first, random);
    const later = modelAt(usual, share);
    if (!later || later.pattern === first.pattern) return recent;
    const takesOverAt = startAt + drawExponential(random, USUAL_TAKES_OVER_MS);
    const usualPath = ratePath(later, random);
    return (step) => ((steps[step]?.from ?? 0) < takesOverAt ? recent : usualPath)(step);
  };
}

function modelAt(models: readonly FollowedModel[], share: number): FollowedModel | undefined {
  let left = share;
  const chosen = models.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return chosen ?? models.at(-1);
}

/** The most pulls of a step: far more than any limit. */
const MOST_PULLS = 1e6;

/** Draws a count with this mean, and with `burstPulls` times the variance of Poisson counts. */
function drawPulls(mean: number, burstPulls: number, random: SeededRandom): number {
  const bounded = Math.min(MOST_PULLS, mean);
  if (burstPulls < BURSTS_FROM) return drawPoisson(random, bounded);
  // Bursts of gamma-distributed size with shape 2 have 3/2 of the mean size as ratio of variance to mean.
  const size = (2 / 3) * burstPulls;
  const bursts = drawPoisson(random, bounded / size);
  return bursts === 0 ? 0 : drawRounded(random, drawGamma(random, 2 * bursts, bursts * size));
}

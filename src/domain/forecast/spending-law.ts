import type { Step, WindowTrack } from './window-track.ts';

/**
 * How odd it is that so many pulls were spent between two samples. Up to a usual burst nothing is odd: whether a bucket
 * is idle or busy is not the window's doing, and a hypothesis must not gain by seeing less of it. Beyond, sizes fall off
 * geometrically: no burst is likely that fills a refill to the brim within a minute.
 */
export interface SpendingLaw {
  /** Pulls of a burst that nobody would wonder at. */
  readonly usualBurst: number;
  /** Logarithm of the factor by which each further pull makes a burst less likely. */
  readonly logGrowth: number;
}

/** The smallest mean burst assumed, in pulls: one pull of an image of several platforms. */
const LEAST_MEAN_BURST = 2;
/** How many mean bursts are nothing to wonder at. */
const USUAL_BURSTS = 2;
/** Cost of an increase within the hub's small variations that a hypothesis has no reason for. */
const LOG_WOBBLE = -0.7;
/** Cost of a larger one. */
const LOG_UNEXPLAINED = -12;
/** The most that denied demand costs: how much an exhausted bucket would have been asked for is not seen. */
const LOG_LEAST_DENIED = -2;

/** The law that a track's own spending follows. */
export function spendingLawOf(track: WindowTrack): SpendingLaw {
  let active = 0;
  let spent = 0;
  for (const step of track.steps) {
    const timed = step.spent - step.untimed;
    if (timed > 0) active += 1;
    spent += timed;
  }
  const meanBurst = Math.max(LEAST_MEAN_BURST, active > 0 ? spent / active : 0);
  return { usualBurst: USUAL_BURSTS * meanBurst, logGrowth: Math.log(1 - 1 / meanBurst) };
}

/** Logarithm of how well a hypothesis explains a step; only differences between hypotheses mean anything. */
export function logLikelihood(law: SpendingLaw, step: Step): number {
  const timed = step.spent - step.untimed;
  let sum = logBurst(law, timed);
  if (step.isDryAfter) sum = Math.max(LOG_LEAST_DENIED, sum);
  // That pulls nobody saw come back is expected; that many of them come together is not.
  sum += logBurst(law, step.unseen);
  if (step.wobble > 0) sum += LOG_WOBBLE;
  if (step.unexplained > 0) sum += LOG_UNEXPLAINED;
  return sum + step.logTimely;
}

function logBurst(law: SpendingLaw, pulls: number): number {
  return Math.max(0, pulls - law.usualBurst) * law.logGrowth;
}

import type { Step, WindowTrack } from './window-track.ts';

/**
 * How likely it is that so many pulls were spent between two samples: many intervals are idle, the others carry a
 * burst whose size falls off geometrically. Coarse on purpose: it only has to tell a usual burst from one that would
 * have to fill a refill to the brim within a minute.
 */
export interface SpendingLaw {
  readonly logIdle: number;
  readonly logActive: number;
  /** Logarithm of the factor by which each further pull makes a burst less likely. */
  readonly logGrowth: number;
}

/** The smallest mean burst assumed, in pulls: one pull of an image of several platforms. */
const LEAST_MEAN_BURST = 2;
/** Cost of an increase within the hub's small variations that a hypothesis has no reason for. */
const LOG_WOBBLE = -1.5;
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
  const activeShare = (active + 0.5) / (track.steps.length + 1);
  const meanBurst = Math.max(LEAST_MEAN_BURST, active > 0 ? spent / active : 0);
  return {
    logIdle: Math.log(1 - activeShare),
    logActive: Math.log(activeShare / meanBurst),
    logGrowth: Math.log(1 - 1 / meanBurst),
  };
}

/** Logarithm of how well a hypothesis explains a step; only differences between hypotheses mean anything. */
export function logLikelihood(law: SpendingLaw, step: Step): number {
  const timed = step.spent - step.untimed;
  let sum = step.isDryAfter ? logDenied(law, timed) : logBurst(law, timed);
  // That pulls nobody saw come back is expected; that many of them come together is not.
  if (step.unseen > 0) sum += (step.unseen - 1) * law.logGrowth;
  if (step.wobble > 0) sum += LOG_WOBBLE;
  if (step.unexplained > 0) sum += LOG_UNEXPLAINED;
  return sum + step.logTimely;
}

/** An exhausted bucket was asked for what it gave or for more: only a large refill that vanished at once is odd. */
function logDenied(law: SpendingLaw, pulls: number): number {
  return Math.max(LOG_LEAST_DENIED, Math.max(0, pulls - 1) * law.logGrowth);
}

function logBurst(law: SpendingLaw, pulls: number): number {
  return pulls <= 0 ? law.logIdle : law.logActive + (pulls - 1) * law.logGrowth;
}

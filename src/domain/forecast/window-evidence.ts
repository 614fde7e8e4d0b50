import { explainByFixedWindow } from './fixed-window.ts';
import { explainBySlidingWindow } from './sliding-window.ts';
import type { Stretch } from './stretch.ts';
import { type Step, WINDOW_HYPOTHESES, type WindowHypothesis, type WindowState } from './window-state.ts';

/**
 * How odd it is that so many pulls were spent between two samples. Up to a usual burst nothing is odd: whether a bucket
 * is idle or busy is not the window's doing, and a hypothesis must not gain by seeing less of it. Beyond, sizes fall off
 * geometrically: no burst is likely that fills a refill to the brim within a minute.
 */
interface BurstModel {
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
export function burstModelOf(track: WindowState): BurstModel {
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
export function logLikelihood(law: BurstModel, step: Step): number {
  const timed = step.spent - step.untimed;
  let sum = logBurst(law, timed);
  if (step.isDryAfter) sum = Math.max(LOG_LEAST_DENIED, sum);
  // That pulls nobody saw come back is expected; that many of them come together is not.
  sum += logBurst(law, step.unseen);
  if (step.wobble > 0) sum += LOG_WOBBLE;
  if (step.unexplained > 0) sum += LOG_UNEXPLAINED;
  return sum + step.logTimely;
}

function logBurst(law: BurstModel, pulls: number): number {
  return Math.max(0, pulls - law.usualBurst) * law.logGrowth;
}

/** A hypothesis about the window, how it explains a stretch, and how much it is worth. */
export interface WeightedState {
  readonly track: WindowState;
  /** Between 0.01 and 0.98; the weights of all hypotheses add up to 1. */
  readonly weight: number;
}

/** The guess about the window, as it is named to people. */
export interface WindowGuess {
  readonly kind: 'sliding' | 'fixed';
  /** How much the guess is worth, from 0 to 1. */
  readonly weight: number;
}

/** Before anything is seen: Docker's blog of 2020 and its staff speak of a rolling window. */
const PRIOR: Readonly<Record<WindowHypothesis, number>> = {
  sliding: 0.6,
  'fixed-clock': 0.2,
  'fixed-first-pull': 0.2,
};
/** The least a hypothesis is ever worth: Docker has changed its metering without notice before. */
const LEAST_WEIGHT = 0.01;
/** The most that one step can speak against a hypothesis, as a logarithm: one odd reading proves nothing. */
const MOST_AGAINST = 5;
/** How far behind the best a hypothesis can fall, as a logarithm: a few clear steps bring it back. */
const FARTHEST_BEHIND = 20;

/**
 * Explains a stretch by every hypothesis and weighs them by how well they do (Bayes, each step's say bounded).
 * @returns one track for each hypothesis, in the order of `WINDOW_HYPOTHESES`
 */
export function weighWindows(stretch: Stretch): readonly WeightedState[] {
  const sliding = explainBySlidingWindow(stretch);
  // A sliding window finds the most spending; by that law the others are not flattered for seeing none.
  const law = burstModelOf(sliding);
  const tracks = WINDOW_HYPOTHESES.map((hypothesis) =>
    hypothesis === 'sliding' ? sliding : explainByFixedWindow(hypothesis, stretch),
  );
  let behind = WINDOW_HYPOTHESES.map((hypothesis) => Math.log(PRIOR[hypothesis]));
  for (let i = 0; i < sliding.steps.length; i += 1) {
    const logs = tracks.map(({ steps }) => {
      const step = steps[i];
      return step ? logLikelihood(law, step) : 0;
    });
    behind = added(behind, logs);
  }
  const raised = behind.map((log) => Math.max(LEAST_WEIGHT, Math.exp(log)));
  const sum = raised.reduce((total, weight) => total + weight, 0);
  return tracks.map((track, h) => ({ track, weight: (raised[h] ?? 0) / sum }));
}

/** Adds one step's say. The best stands at 0, the others behind it, none farther than they can return from. */
function added(behind: readonly number[], logs: readonly number[]): number[] {
  const bestLog = Math.max(...logs);
  const sums = behind.map((log, h) => log + Math.max(-MOST_AGAINST, (logs[h] ?? 0) - bestLog));
  const best = Math.max(...sums);
  return sums.map((log) => Math.max(-FARTHEST_BEHIND, log - best));
}

/** The guess to name: fixed windows of either sort are one kind. */
export function guessWindow(tracks: readonly WeightedState[]): WindowGuess {
  const sliding = tracks.find(({ track }) => track.hypothesis === 'sliding')?.weight ?? 0;
  return sliding >= 0.5 ? { kind: 'sliding', weight: sliding } : { kind: 'fixed', weight: 1 - sliding };
}

/** The track that explains best. */
export function bestState(tracks: readonly WeightedState[]): WindowState | undefined {
  return tracks.reduce<WeightedState | undefined>(
    (best, candidate) => (best === undefined || candidate.weight > best.weight ? candidate : best),
    undefined,
  )?.track;
}

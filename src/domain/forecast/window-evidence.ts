import { explainByFixedWindow } from './fixed-window.ts';
import { explainBySlidingWindow } from './sliding-window.ts';
import type { Stretch } from './stretch.ts';
import { type Step, WINDOW_HYPOTHESES, type WindowHypothesis, type WindowState } from './window-state.ts';

/**
 * The probability of the number of pulls between two samples. All numbers up to a usual burst are equally likely: a
 * hypothesis must not gain by explaining the samples with less spending. Larger bursts are less likely, geometrically: a
 * burst that exactly spends a refill within a minute is improbable.
 */
interface BurstModel {
  /** The largest burst without a penalty, in pulls. */
  readonly usualBurst: number;
  /** Logarithm of the factor by which each further pull makes a burst less likely. */
  readonly logGrowth: number;
}

/** The smallest mean burst assumed, in pulls: one pull of an image of several platforms. */
const LEAST_MEAN_BURST = 2;
/** The size of a usual burst, in mean bursts. */
const USUAL_BURSTS = 2;
/** Log-likelihood of an unexplained increase within the hub's small variations. */
const LOG_WOBBLE = -0.7;
/** Log-likelihood of a larger unexplained increase. */
const LOG_UNEXPLAINED = -12;
/** The least log-likelihood of a step that ends exhausted: the demand that was denied is not observed. */
const LOG_LEAST_DENIED = -2;

/** Returns the burst model that fits the spending of a window state. */
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

/** Returns the log-likelihood of a step. Only differences between hypotheses are meaningful. */
export function logLikelihood(law: BurstModel, step: Step): number {
  const timed = step.spent - step.untimed;
  let sum = logBurst(law, timed);
  if (step.isDryAfter) sum = Math.max(LOG_LEAST_DENIED, sum);
  // Returns of unobserved pulls are expected; many of them at once are not.
  sum += logBurst(law, step.unseen);
  if (step.wobble > 0) sum += LOG_WOBBLE;
  if (step.unexplained > 0) sum += LOG_UNEXPLAINED;
  return sum + step.logTimely;
}

function logBurst(law: BurstModel, pulls: number): number {
  return Math.max(0, pulls - law.usualBurst) * law.logGrowth;
}

/** The explanation of a stretch by one hypothesis, and the probability of the hypothesis. */
export interface WeightedState {
  readonly track: WindowState;
  /** Between 0.01 and 0.98; the weights of all hypotheses add up to 1. */
  readonly weight: number;
}

/** The probable kind of window, as shown to users. */
export interface WindowGuess {
  readonly kind: 'sliding' | 'fixed';
  /** Probability, from 0 to 1. */
  readonly weight: number;
}

/** Prior probabilities: Docker's blog of 2020 and its staff mention a rolling window. */
const PRIOR: Readonly<Record<WindowHypothesis, number>> = {
  sliding: 0.6,
  'fixed-clock': 0.2,
  'fixed-first-pull': 0.2,
};
/** The least weight of a hypothesis: Docker has changed its metering without notice before. */
const LEAST_WEIGHT = 0.01;
/** The most that one step can lower a hypothesis, as a logarithm: one unusual reading proves nothing. */
const MOST_AGAINST = 5;
/** The largest distance of a hypothesis to the best one, as a logarithm: a few clear steps can reverse it. */
const FARTHEST_BEHIND = 20;

/**
 * Explains a stretch by every hypothesis and weights them by Bayes' rule, with a bounded influence of each step.
 * @returns one entry for each hypothesis, in the order of `WINDOW_HYPOTHESES`
 */
export function weighWindows(stretch: Stretch): readonly WeightedState[] {
  const sliding = explainBySlidingWindow(stretch);
  // A sliding window explains the samples with the most spending. Its burst model is used for all hypotheses, so that the
  // others gain nothing by explaining them with less.
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

/** Adds the log-likelihoods of one step. The best hypothesis has 0, the others negative numbers down to the bound. */
function added(behind: readonly number[], logs: readonly number[]): number[] {
  const bestLog = Math.max(...logs);
  const sums = behind.map((log, h) => log + Math.max(-MOST_AGAINST, (logs[h] ?? 0) - bestLog));
  const best = Math.max(...sums);
  return sums.map((log) => Math.max(-FARTHEST_BEHIND, log - best));
}

/** Returns the probable kind of window. Both fixed hypotheses count as one kind. */
export function guessWindow(tracks: readonly WeightedState[]): WindowGuess {
  const sliding = tracks.find(({ track }) => track.hypothesis === 'sliding')?.weight ?? 0;
  return sliding >= 0.5 ? { kind: 'sliding', weight: sliding } : { kind: 'fixed', weight: 1 - sliding };
}

/** Returns the state of the most probable hypothesis; undefined for an empty list. */
export function bestState(tracks: readonly WeightedState[]): WindowState | undefined {
  return tracks.reduce<WeightedState | undefined>(
    (best, candidate) => (best === undefined || candidate.weight > best.weight ? candidate : best),
    undefined,
  )?.track;
}

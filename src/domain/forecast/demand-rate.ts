import type { DemandHistory } from './demand-history.ts';
import {
  dailyPattern,
  meanPullsPerHour,
  type Pattern,
  periodicPattern,
  weeklyPattern,
} from './demand-pattern.ts';
import { RateFilter, type RateModel } from './rate-filter.ts';
import type { WeeklyProfile } from './weekly-profile.ts';

/** A model that has followed the demand until now. */
export interface FollowedModel {
  readonly model: RateModel;
  readonly filter: RateFilter;
  readonly pattern: Pattern;
  /** How much more the counts vary than those of a Poisson process: 1, or the pulls of a usual burst. */
  readonly burstPulls: number;
  /** Probability of the model. The weights of all models add up to 1. */
  readonly weight: number;
}

/** What is known of the demand of a bucket. */
export interface DemandRate {
  /** Length of the bins that rates refer to, in milliseconds. */
  readonly binMs: number;
  /** Empty if no pull was ever observed. */
  readonly models: readonly FollowedModel[];
  /** The models of the usual week. Empty without a weekly profile. */
  readonly usual: readonly FollowedModel[];
  /** Past rates of all times, in pulls per bin: the level of demand can jump to each of them. */
  readonly pastRates: readonly number[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Variance of the logarithm of a level that nothing is known of: a factor of 2.7 either way. */
const UNKNOWN_VARIANCE = 1;
/** Variance of the level of a weekly profile: it was observed for weeks. */
const PROFILE_VARIANCE = 0.1;

/**
 * The models that are tried. They differ in what they call usual, and in how fast demand leaves it; one that fits badly gets no
 * weight, so that their numbers need to be right to a factor of 2 or 3 only.
 */
const MODELS: readonly (RateModel & { readonly pattern: 'flat' | 'daily' | 'periodic' })[] = [
  { pattern: 'flat', driftPerHour: 0.005 },
  { pattern: 'flat', driftPerHour: 0.05 },
  { pattern: 'flat', driftPerHour: 0.05, swing: 0.5, swingMs: 20 * MINUTE_MS },
  { pattern: 'flat', driftPerHour: 0.2, swing: 2, swingMs: 30 * MINUTE_MS },
  { pattern: 'flat', driftPerHour: 0.01, swing: 0.7, swingMs: 3 * HOUR_MS },
  { pattern: 'flat', driftPerHour: 0.02, jumpMs: 2 * HOUR_MS },
  { pattern: 'daily', driftPerHour: 0.02 },
  { pattern: 'daily', driftPerHour: 0.02, swing: 0.5, swingMs: 40 * MINUTE_MS },
  { pattern: 'periodic', driftPerHour: 0.02 },
  { pattern: 'periodic', driftPerHour: 0.02, swing: 0.5, swingMs: 40 * MINUTE_MS },
];
/** The time in which demand leaves or returns to the usual hour of the week, in milliseconds. */
const USUAL_SWING_MS = [40 * MINUTE_MS, 3 * HOUR_MS];
/** Half life of the evidence for a model, in milliseconds. */
const EVIDENCE_HALF_LIFE_MS = 2 * HOUR_MS;
/** The time that models follow, in milliseconds: a day. */
const FOLLOWED_MS = 24 * HOUR_MS;
/** The pulls of a Poisson process that are added to the observed ones before their variation is computed. */
const ASSUMED_PULLS = 20;

/**
 * Follows the demand with every model, and weights the models by how well they predicted each bin from those before it (Bayes'
 * rule, with fading memory).
 */
export function followDemand(history: DemandHistory, profile: WeeklyProfile | undefined): DemandRate {
  const { binMs, rates, pulls } = history;
  const unknown: DemandRate = { binMs, models: [], usual: [], pastRates: [] };
  const usualMean = profile ? (meanPullsPerHour(profile) * binMs) / HOUR_MS : 0;
  const isIdle = pulls.every((count) => count === 0);
  const mean = isIdle ? usualMean : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  if (!(mean > 0)) return unknown;
  const burstPulls = varianceRatio(history);
  const spread = rates.reduce((sum, rate) => sum + (rate / mean - 1) ** 2, 0) / rates.length;
  const start = { variance: UNKNOWN_VARIANCE, spread };
  const patterns = { flat: undefined, daily: dailyPattern(history), periodic: periodicPattern(history) };
  const candidates = MODELS.flatMap((model): Candidate[] => {
    const pattern = patterns[model.pattern];
    if (!pattern && model.pattern !== 'flat') return [];
    return [candidate(history, model, pattern, burstPulls, { ...start, mean })];
  });
  const usualCandidates =
    profile && usualMean > 0
      ? USUAL_SWING_MS.map((swingMs) => {
          const model = { driftPerHour: 0, swing: profile.levelVariance, swingMs };
          const usualStart = { ...start, mean: usualMean, variance: PROFILE_VARIANCE };
          return candidate(history, model, weeklyPattern(profile), burstPulls, usualStart);
        })
      : [];
  const all = [...candidates, ...usualCandidates];
  for (const one of all) follow(one, history);
  return { binMs, models: weighted(all), usual: weighted(usualCandidates), pastRates: rates };
}

interface Candidate {
  readonly model: RateModel;
  readonly filter: RateFilter;
  readonly pattern: Pattern;
  /** The pattern in each bin; undefined if it is always 1. */
  readonly relative: Float64Array | undefined;
  readonly burstPulls: number;
  logWeight: number;
}

function candidate(
  history: DemandHistory,
  model: RateModel,
  pattern: Pattern | undefined,
  burstPulls: number,
  start: { readonly mean: number; readonly variance: number; readonly spread: number },
): Candidate {
  const { binMs, endAt, pulls } = history;
  const relative = pattern && pulls.map((_, bin) => pattern(endAt - (pulls.length - bin - 0.5) * binMs));
  const burst = relative ? Math.min(burstPulls, varianceRatio(history, relative)) : burstPulls;
  const filter = new RateFilter(model, { ...start, burstPulls: burst, binMs });
  return { model, filter, pattern: pattern ?? (() => 1), relative, burstPulls: burst, logWeight: 0 };
}

function follow(one: Candidate, { pulls, open, binMs }: DemandHistory): void {
  const keep = 0.5 ** (binMs / EVIDENCE_HALF_LIFE_MS);
  for (let bin = firstBin(pulls.length, binMs); bin < pulls.length; bin += 1) {
    one.filter.evolve();
    const time = (open[bin] ?? 0) * (one.relative?.[bin] ?? 1);
    if (time > 0) one.logWeight = one.logWeight * keep + one.filter.observe(pulls[bin] ?? 0, time);
  }
}

/** Returns the first bin that models follow. */
function firstBin(count: number, binMs: number): number {
  return Math.max(0, count - Math.ceil(FOLLOWED_MS / binMs));
}

function weighted(candidates: readonly Candidate[]): FollowedModel[] {
  const best = Math.max(...candidates.map(({ logWeight }) => logWeight));
  const weights = candidates.map(({ logWeight }) => Math.exp(logWeight - best));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return candidates.map(({ model, filter, pattern, burstPulls }, i) => ({
    model,
    filter,
    pattern,
    burstPulls,
    weight: (weights[i] ?? 0) / sum,
  }));
}

/**
 * Returns the variance of the pulls in a bin, in multiples of that of a Poisson process: around their expected number, or
 * without a pattern from bin to bin, so that slow changes of the rate count little.
 */
function varianceRatio({ pulls, open, rates }: DemandHistory, relative?: Float64Array): number {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  let squares = ASSUMED_PULLS;
  let sum = ASSUMED_PULLS;
  for (let bin = relative ? 0 : 1; bin < pulls.length; bin += 1) {
    const [before = 0, now = 0] = [pulls[bin - 1], pulls[bin]];
    const expected = relative ? (open[bin] ?? 0) * (relative[bin] ?? 1) * mean : before;
    const isKnown = relative ? (open[bin] ?? 0) > 0 : Math.min(open[bin - 1] ?? 0, open[bin] ?? 0) >= 0.5;
    if (!isKnown) continue;
    squares += (now - expected) ** 2;
    sum += relative ? expected : now + before;
  }
  return Math.max(1, squares / sum);
}

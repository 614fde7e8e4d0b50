import { drawNormal, type SeededRandom } from '../../kit/seeded-random.ts';

/** A model of the rate of demand. Its logarithm is the sum of a level, which drifts or jumps, and a swing, which returns to 0. */
export interface RateModel {
  /** Variance by which the level changes in an hour. */
  readonly driftPerHour: number;
  /** Variance of the swing. Default 0. */
  readonly swing?: number;
  /** Time in which a swing decays to 37 %, in milliseconds. */
  readonly swingMs?: number;
  /** Mean time after which the level jumps to any of its past values, in milliseconds. Default: never. */
  readonly jumpMs?: number;
}

/** The start of a filter. Rates are in pulls per bin. */
export interface FilterStart {
  readonly mean: number;
  /** Variance of the logarithm of the level. */
  readonly variance: number;
  /** Relative variance of past rates: of the level after a jump. */
  readonly spread: number;
  /** How much more the counts vary than Poisson counts. */
  readonly burstPulls: number;
  readonly binMs: number;
}

const HOUR_MS = 3_600_000;
/** The largest variance of the level: a factor of 7 either way. */
const MOST_VARIANCE = 4;
/** The least variance of the rate, against divisions by 0. */
const LEAST_VARIANCE = 1e-6;
/** Bounds of the relative variance after a jump. */
const LEAST_SPREAD = 0.5;
const MOST_SPREAD = 8;

/** A gamma distribution of the rate. */
interface Gamma {
  readonly mean: number;
  readonly shape: number;
}

/**
 * Estimates the rate of demand from counts: a dynamic generalized linear model (West and Harrison). The rate before a count
 * is lognormal; it is approximated by the gamma distribution with the same mean and variance, for which the posterior after a
 * Poisson count is known.
 */
export class RateFilter {
  readonly #model: RateModel;
  readonly #start: FilterStart;
  readonly #drift: number;
  readonly #stays: number;
  readonly #jumps: number;
  readonly #afterJump: Gamma;
  #level: number;
  #swing = 0;
  #levelVariance: number;
  #swingVariance: number;
  #covariance = 0;

  constructor(model: RateModel, start: FilterStart) {
    this.#model = model;
    this.#start = start;
    this.#drift = (model.driftPerHour * start.binMs) / HOUR_MS;
    this.#stays = stays(model, start.binMs);
    this.#jumps = 1 - Math.exp(-start.binMs / (model.jumpMs ?? Number.POSITIVE_INFINITY));
    const spread = Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, start.spread));
    this.#afterJump = { mean: start.mean, shape: 1 / spread };
    this.#level = Math.log(start.mean) - start.variance / 2;
    this.#levelVariance = start.variance;
    this.#swingVariance = model.swing ?? 0;
  }

  /** Advances by one bin. */
  evolve(): void {
    const stay = this.#stays;
    this.#levelVariance = Math.min(MOST_VARIANCE, this.#levelVariance + this.#drift);
    this.#swing *= stay;
    this.#covariance *= stay;
    this.#swingVariance = this.#swingVariance * stay ** 2 + (this.#model.swing ?? 0) * (1 - stay ** 2);
  }

  /**
   * Learns from the pulls of a bin.
   * @param time the time in which they could be requested, in bins, multiplied by the pattern
   * @returns the log-likelihood of the pulls, up to a constant that is the same for all models
   */
  observe(pulls: number, time: number): number {
    const variance = Math.max(
      LEAST_VARIANCE,
      this.#levelVariance + 2 * this.#covariance + this.#swingVariance,
    );
    const spread = Math.exp(variance) - 1;
    const prior = { mean: Math.exp(this.#level + this.#swing + variance / 2), shape: 1 / spread };
    const log = this.#logLikelihood(prior, pulls, time);
    const posterior = this.#posterior(prior, pulls, time);
    if (this.#jumps === 0) {
      this.#accept(posterior, variance);
      return log;
    }
    const logStay = log + Math.log(1 - this.#jumps);
    const logJump = this.#logLikelihood(this.#afterJump, pulls, time) + Math.log(this.#jumps);
    const most = Math.max(logStay, logJump);
    const logBoth = most + Math.log(Math.exp(logStay - most) + Math.exp(logJump - most));
    const afterJump = this.#posterior(this.#afterJump, pulls, time);
    this.#accept(mixture(posterior, afterJump, Math.exp(logJump - logBoth)), variance);
    return logBoth;
  }

  /**
   * Draws a future of the rate.
   * @returns a function that returns the rate after the next span of time, in pulls per bin
   */
  drawFuture(pastRates: readonly number[], random: SeededRandom): (durationMs: number) => number {
    const { driftPerHour, swing: swingVariance = 0, jumpMs = Number.POSITIVE_INFINITY } = this.#model;
    const deviation = Math.sqrt(Math.max(0, this.#levelVariance));
    const drawn = drawNormal(random);
    const shared = deviation > 0 ? this.#covariance / deviation : 0;
    const own = Math.sqrt(Math.max(0, this.#swingVariance - shared ** 2));
    let level = this.#level + deviation * drawn;
    let swing = this.#swing + shared * drawn + (own > 0 ? own * drawNormal(random) : 0);
    return (durationMs) => {
      level += Math.sqrt((driftPerHour * durationMs) / HOUR_MS) * drawNormal(random);
      if (swingVariance > 0) {
        const stay = stays(this.#model, durationMs);
        swing = swing * stay + Math.sqrt(swingVariance * (1 - stay ** 2)) * drawNormal(random);
      }
      if (this.#jumps > 0 && random() < 1 - Math.exp(-durationMs / jumpMs)) {
        level = Math.log(pastRates[Math.floor(random() * pastRates.length)] ?? this.#start.mean);
      }
      return Math.exp(level + swing);
    };
  }

  #logLikelihood({ mean, shape }: Gamma, pulls: number, time: number): number {
    const expected = mean * time;
    // The negative binomial distribution with the variance of the rate and of the bursts.
    const size = expected / (this.#start.burstPulls - 1 + expected / shape + 1e-9);
    const none = size * Math.log(size / (size + expected));
    if (pulls === 0) return none;
    return none + logGamma(pulls + size) - logGamma(size) + pulls * Math.log(expected / (size + expected));
  }

  /** Returns the distribution of the rate after a count. Pulls in bursts are as much evidence as their number of bursts. */
  #posterior({ mean, shape }: Gamma, pulls: number, time: number): Gamma {
    const { burstPulls } = this.#start;
    const after = shape + pulls / burstPulls;
    return { shape: after, mean: after / (shape / mean + time / burstPulls) };
  }

  /** Distributes the change of the rate to level and swing, in proportion to their uncertainty. */
  #accept({ mean, shape }: Gamma, variance: number): void {
    const newVariance = Math.log(1 + 1 / shape);
    const change = Math.log(mean) - newVariance / 2 - this.#level - this.#swing;
    const levelShare = (this.#levelVariance + this.#covariance) / variance;
    const swingShare = (this.#swingVariance + this.#covariance) / variance;
    const less = variance - newVariance;
    this.#level += levelShare * change;
    this.#swing += swingShare * change;
    this.#levelVariance -= levelShare ** 2 * less;
    this.#covariance -= levelShare * swingShare * less;
    this.#swingVariance -= swingShare ** 2 * less;
  }
}

/** Returns the share of a swing that is left after a time. */
function stays({ swingMs = HOUR_MS }: RateModel, durationMs: number): number {
  return Math.exp(-durationMs / swingMs);
}

/** Returns the gamma distribution with the mean and variance of a mixture. */
function mixture(a: Gamma, b: Gamma, shareOfB: number): Gamma {
  const mean = (1 - shareOfB) * a.mean + shareOfB * b.mean;
  const squares =
    (1 - shareOfB) * a.mean ** 2 * (1 + 1 / a.shape) + shareOfB * b.mean ** 2 * (1 + 1 / b.shape);
  return { mean, shape: 1 / Math.max(1e-6, squares / mean ** 2 - 1) };
}

/** Returns the logarithm of the gamma function, by Stirling's series. */
function logGamma(x: number): number {
  let product = 1;
  let y = x;
  for (; y < 6; y += 1) product *= y;
  const series = 1 / (12 * y) - 1 / (360 * y ** 3);
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}

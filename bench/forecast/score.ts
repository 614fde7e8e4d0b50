import { MINUTE_MS } from './demand.ts';
import type { DrySpan } from './true-bucket.ts';

/** The quantiles that are scored: those that a forecast publishes as earliest, likely and latest. */
export const TAUS = [0.015, 0.5, 0.985] as const;
/** The times within which exhaustion is forecast, in milliseconds; the last is the horizon. */
export const WITHIN_MS = [15, 30, 60, Number.POSITIVE_INFINITY].map((minutes) => minutes * MINUTE_MS);
const TENTHS = 10;

/** What a method says at one moment. */
export interface Prediction {
  /** When the bucket is used up, sorted; infinite if it is not before the horizon. Each is equally likely. */
  readonly dryAt: readonly number[];
  /** The stated probability of exhaustion before the horizon. */
  readonly risk: number;
  /** Whether it warns: used up within 15 minutes. */
  readonly warns: boolean;
}

/** The moment of a prediction, and what happened. */
export interface Moment {
  readonly now: number;
  /** The end of the forecast, in milliseconds since the epoch: the refill. */
  readonly horizonAt: number;
  /** When the bucket is used up; infinite if it is not before the horizon. */
  readonly dryAt: number;
}

/** The score of one method. All fields are sums, so that scores can be added. */
export interface MethodScore {
  readonly moments: number;
  /** Quantile loss in minutes, by quantile; every end that is open is charged at the horizon. */
  readonly loss: readonly number[];
  /** The same of what is published: without a likely time, all three are at the horizon. */
  readonly publishedLoss: readonly number[];
  /** Sum of the widths of the ranges from the first to the last quantile, in minutes. */
  readonly width: number;
  /** Published forecasts with an exhaustion; those whose range held the true time; those with an open end. */
  readonly named: number;
  readonly covered: number;
  readonly open: number;
  /** Squared errors of the probabilities, by `WITHIN_MS`. */
  readonly brier: readonly number[];
  /** Stated probabilities, events and moments in each tenth, for each of `WITHIN_MS`. */
  readonly stated: readonly number[];
  readonly happened: readonly number[];
  readonly count: readonly number[];
  /** Moments that were used up within 15 minutes, and those of them with a warning. */
  readonly near: number;
  readonly nearWarned: number;
  /** Exhaustions, those with a warning before, minutes ahead of all of them, and warnings that were false. */
  readonly exhaustions: number;
  readonly caught: number;
  readonly leads: readonly number[];
  readonly falseWarnings: number;
}

/** Returns a score of nothing. */
export function emptyScore(): MethodScore {
  const zeros = (length: number) => new Array<number>(length).fill(0);
  const cells = WITHIN_MS.length * TENTHS;
  return {
    moments: 0,
    loss: zeros(TAUS.length),
    publishedLoss: zeros(TAUS.length),
    width: 0,
    named: 0,
    covered: 0,
    open: 0,
    brier: zeros(WITHIN_MS.length),
    stated: zeros(cells),
    happened: zeros(cells),
    count: zeros(cells),
    near: 0,
    nearWarned: 0,
    exhaustions: 0,
    caught: 0,
    leads: [],
    falseWarnings: 0,
  };
}

/** Adds scores; `leads` are joined. */
export function addScores(scores: readonly MethodScore[]): MethodScore {
  return scores.reduce((a, b) => {
    const joined = Object.entries(a).map(([key, value]) => {
      const other = b[key as keyof MethodScore];
      if (typeof value === 'number') return [key, value + Number(other)];
      const list = other as readonly number[];
      if (key === 'leads') return [key, [...value, ...list]];
      return [key, value.map((number: number, i: number) => number + (list[i] ?? 0))];
    });
    return Object.fromEntries(joined) as MethodScore;
  }, emptyScore());
}

/** Returns the quantile of sorted instants; infinite without any. */
export function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY;
}

/** Scores one prediction. */
export function scoreMoment({ dryAt, risk, warns }: Prediction, moment: Moment): MethodScore {
  const { now, horizonAt } = moment;
  const minutes = (at: number) => (Math.min(Math.max(at, now), horizonAt) - now) / MINUTE_MS;
  const truth = minutes(moment.dryAt);
  const quantiles = TAUS.map((tau) => quantileOf(dryAt, tau));
  const [earliest = 0, likely = 0, latest = 0] = quantiles;
  const isNamed = likely < horizonAt;
  const charge = (quantile: number, i: number) => {
    const error = truth - minutes(quantile);
    const tau = TAUS[i] ?? 0;
    return error > 0 ? tau * error : (tau - 1) * error;
  };
  const shareBefore = (end: number) => dryAt.filter((at) => at <= end).length / Math.max(1, dryAt.length);
  const chances = WITHIN_MS.map((withinMs) =>
    now + withinMs < horizonAt ? shareBefore(now + withinMs) : risk,
  );
  const events = WITHIN_MS.map((withinMs) => moment.dryAt < horizonAt && moment.dryAt <= now + withinMs);
  const score = emptyScore();
  const cells = { stated: [...score.stated], happened: [...score.happened], count: [...score.count] };
  for (const [i, chance] of chances.entries()) {
    const cell = i * TENTHS + Math.min(TENTHS - 1, Math.floor(chance * TENTHS));
    cells.stated[cell] = chance;
    cells.happened[cell] = events[i] ? 1 : 0;
    cells.count[cell] = 1;
  }
  return {
    ...score,
    ...cells,
    moments: 1,
    loss: quantiles.map(charge),
    publishedLoss: quantiles.map((quantile, i) => charge(isNamed ? quantile : horizonAt, i)),
    width: minutes(latest) - minutes(earliest),
    named: isNamed ? 1 : 0,
    covered: isNamed && moment.dryAt >= earliest && (latest >= horizonAt || moment.dryAt <= latest) ? 1 : 0,
    open: isNamed && latest >= horizonAt ? 1 : 0,
    brier: chances.map((chance, i) => (chance - (events[i] ? 1 : 0)) ** 2),
    near: events[0] ? 1 : 0,
    nearWarned: events[0] && warns ? 1 : 0,
  };
}

/** Warnings and exhaustions closer than this are one. */
const ONE_EPISODE_MS = 15 * MINUTE_MS;
/** A warning is still that of an exhaustion if it ended this long before. */
const WARNED_UNTIL_MS = 10 * MINUTE_MS;
/** A warning is false if no exhaustion follows its last moment within this time. */
const COMES_TRUE_MS = 30 * MINUTE_MS;

/**
 * Scores warnings: which exhaustions had one before, and which had no exhaustion after them.
 * @param warnedAt the moments with a warning, in order
 * @param from the first exhaustion and the first warning that count
 */
export function scoreWarnings(
  warnedAt: readonly number[],
  dry: readonly DrySpan[],
  from: number,
  to: number,
): MethodScore {
  const warnings: { first: number; last: number }[] = [];
  for (const at of warnedAt) {
    const last = warnings.at(-1);
    if (last && at - last.last <= ONE_EPISODE_MS) last.last = at;
    else warnings.push({ first: at, last: at });
  }
  const starts = dry
    .filter(({ from: at }, i) => at - (dry[i - 1]?.to ?? 0) >= ONE_EPISODE_MS && at >= from && at <= to)
    .map((span) => span.from);
  const leads = starts.map((start) => {
    const warning = warnings.findLast(({ first, last }) => first < start && last >= start - WARNED_UNTIL_MS);
    return warning ? (start - warning.first) / MINUTE_MS : 0;
  });
  const falseOnes = warnings.filter(
    ({ first, last }) =>
      first >= from &&
      first <= to &&
      !dry.some((span) => span.to >= first && span.from <= last + COMES_TRUE_MS),
  );
  return {
    ...emptyScore(),
    exhaustions: starts.length,
    caught: leads.filter((lead) => lead > 0).length,
    leads,
    falseWarnings: falseOnes.length,
  };
}

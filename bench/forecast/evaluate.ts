import { forecastWithFutures, isRunningOut } from '../../src/domain/forecast/forecast.ts';
import { spentHours } from '../../src/domain/forecast/spending.ts';
import { buildWeeklyProfile, type WeeklyProfile } from '../../src/domain/forecast/weekly-profile.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './demand.ts';
import { poissonPassages, straightLineDryAt, WeightedRate } from './rivals.ts';
import {
  addScores,
  type MethodScore,
  type Moment,
  type Prediction,
  quantileOf,
  scoreMoment,
  scoreWarnings,
} from './score.ts';
import type { Trace } from './trace.ts';

/** The methods that are compared. */
export const METHODS = ['headroom', 'oracle', 'weighted', 'line', 'never'] as const;
export type Method = (typeof METHODS)[number];

/** The scores of one trace. All fields can be added. */
export interface TraceScore {
  readonly methods: Readonly<Record<Method, MethodScore>>;
  readonly evaluatedMs: number;
  /** Refills forecast, those within their range, and the widths of the ranges in minutes. */
  readonly refills: number;
  readonly refillsCovered: number;
  readonly refillWidths: readonly number[];
  /** Milliseconds of each forecast. */
  readonly forecastMs: readonly number[];
}

/** How many milliseconds of the past a forecast gets: two days. */
const MEMORY_MS = 2 * DAY_MS;
/** How far back the straight line reads. */
const LINE_MS = 10 * MINUTE_MS;
/** The time within which a warning says that the bucket is used up. */
const WARN_MS = 15 * MINUTE_MS;
/** Older readings are no basis for a forecast: those of three lost polls. */
const STALE_MS = 3.5 * MINUTE_MS;

/** Makes a forecast at every `every`-th poll of a trace, with each method, and compares it with what came. */
export function evaluateTrace(
  trace: Trace,
  options: { readonly withProfile: boolean; readonly every: number },
): TraceScore {
  const { points, truth, windowMs, evaluateFrom, limit } = trace;
  const profile = options.withProfile ? learnProfile(trace) : undefined;
  const random = seededRandom(1);
  const weighted = new WeightedRate(trace.kind, windowMs);
  const readings: { at: number; remaining: number }[] = [];
  const scores = perMethod(() => [] as MethodScore[]);
  const warnedAt = perMethod(() => [] as number[]);
  const sums = { refills: 0, refillsCovered: 0, refillWidths: [] as number[], forecastMs: [] as number[] };
  let first = 0;
  let nextDry = 0;
  for (const [i, point] of points.entries()) {
    if (point.kind === 'limited') {
      readings.push(point);
      weighted.add(point, limit);
    }
    if (point.at < evaluateFrom || i % options.every !== 0) continue;
    const now = point.at + 500;
    while ((points[first]?.at ?? now) < now - MEMORY_MS) first += 1;
    while ((truth.dry[nextDry]?.to ?? Number.POSITIVE_INFINITY) <= now) nextDry += 1;
    const dryFrom = truth.dry[nextDry]?.from ?? Number.POSITIVE_INFINITY;
    const state = truth.states[i];
    const newest = readings.at(-1);
    // Nothing is to be forecast for a bucket that is used up, or that nothing is known of.
    if (!state || dryFrom <= now || !newest || newest.remaining <= 0 || now - newest.at > STALE_MS) continue;
    const horizonAt = profile ? now + DAY_MS : state.endsAt;
    const moment: Moment = {
      now,
      horizonAt,
      dryAt: dryFrom < horizonAt ? dryFrom : Number.POSITIVE_INFINITY,
    };
    const startedAt = performance.now();
    const { forecast: answer, dryAt } = forecastWithFutures(points.slice(first, i + 1), profile, now);
    sums.forecastMs.push(performance.now() - startedAt);
    const returnsAt = trueReturns(trace, i);
    const bucket = { ...trace, remaining: state.remaining, endsAt: state.endsAt, returnsAt };
    const predictions: Record<Method, Prediction> = {
      headroom: {
        dryAt,
        risk: answer.kind === 'forecast' ? answer.risk : 0,
        warns: isRunningOut(answer, now),
      },
      oracle: predicted(
        poissonPassages(bucket, (at) => trace.demand.rateAt(at), now, horizonAt, random),
        now,
      ),
      weighted: predicted(weighted.passages(limit, state.endsAt, now, horizonAt, random), now),
      line: predicted([straightLineDryAt(readings, now, LINE_MS, horizonAt)], now),
      never: predicted([], now),
    };
    for (const method of METHODS) {
      scores[method].push(scoreMoment(predictions[method], moment));
      if (predictions[method].warns) warnedAt[method].push(now);
    }
    if (
      (answer.kind !== 'forecast' && answer.kind !== 'exhausted') ||
      !answer.refill ||
      state.fullAt === null
    ) {
      continue;
    }
    const { earliest, latest } = answer.refill;
    sums.refills += 1;
    if (earliest <= state.fullAt && state.fullAt <= latest) sums.refillsCovered += 1;
    sums.refillWidths.push((latest - earliest) / MINUTE_MS);
  }
  const end = points.at(-1)?.at ?? evaluateFrom;
  const warningsOf = (method: Method) =>
    scoreWarnings(warnedAt[method], truth.dry, evaluateFrom + HOUR_MS, end - HOUR_MS);
  return {
    methods: perMethod((method) => addScores([...scores[method], warningsOf(method)])),
    evaluatedMs: end - evaluateFrom - 2 * HOUR_MS,
    ...sums,
  };
}

function perMethod<Value>(make: (method: Method) => Value): Record<Method, Value> {
  return Object.fromEntries(METHODS.map((method) => [method, make(method)])) as Record<Method, Value>;
}

function predicted(dryAt: readonly number[], now: number): Prediction {
  const risk = dryAt.filter(Number.isFinite).length / Math.max(1, dryAt.length);
  return { dryAt, risk, warns: quantileOf(dryAt, 0.5) <= now + WARN_MS };
}

function trueReturns({ kind, truth, windowMs }: Trace, i: number): number[] {
  const state = truth.states[i];
  if (kind !== 'sliding' || !state) return [];
  return truth.counted.slice(state.first, state.end).map((madeAt) => madeAt + windowMs);
}

function learnProfile({ points, evaluateFrom }: Trace): WeeklyProfile {
  return buildWeeklyProfile(spentHours(points.filter(({ at }) => at < evaluateFrom)));
}

/** Adds the scores of traces. */
export function addTraceScores(scores: readonly TraceScore[]): TraceScore {
  const sum = (value: (score: TraceScore) => number) =>
    scores.reduce((total, score) => total + value(score), 0);
  return {
    methods: perMethod((method) => addScores(scores.map(({ methods }) => methods[method]))),
    evaluatedMs: sum(({ evaluatedMs }) => evaluatedMs),
    refills: sum(({ refills }) => refills),
    refillsCovered: sum(({ refillsCovered }) => refillsCovered),
    refillWidths: scores.flatMap(({ refillWidths }) => refillWidths),
    forecastMs: scores.flatMap(({ forecastMs }) => forecastMs),
  };
}

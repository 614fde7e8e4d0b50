import { forecast, isRunningOut, RUNNING_OUT_WITHIN_MS } from '../../dist/domain/forecast/forecast.js';
import { explainSpending, spendingBetween } from '../../dist/domain/forecast/spending.js';
import { buildWeeklyProfile } from '../../dist/domain/forecast/weekly-profile.js';
import { straightLineDryAt } from './straight-line.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MEMORY_MS = 48 * HOUR_MS;
/** Nearer than this the poll interval alone decides how far off one is. */
const LEAST_AHEAD_MS = 2 * MINUTE_MS;
/** Warnings closer than this are one. */
const ONE_WARNING_MS = 15 * MINUTE_MS;

/** The three that are compared. */
export const METHODS = ['headroom', 'line10m', 'line1h'];

/**
 * What a trace says about the forecasts made along it. Errors are shares of the time that was really left.
 * @typedef {object} Score
 * @property {Record<string, number[]>} errors of each method, where it answered
 * @property {number} askable moments at which the bucket really ran dry before it refilled
 * @property {{covered: number, count: number, open: number, early: number, late: number}} exhaustion
 * @property {{covered: number, count: number, widths: number[]}} refill
 * @property {{count: number, dry: number, stated: number}} unforeseen moments said not to run dry, and how many did
 * @property {Record<string, number[]>} leads minutes from the first warning to each exhaustion; 0 without a warning
 * @property {Record<string, number>} falseWarnings
 * @property {number} evaluatedMs
 * @property {number} forecasts
 * @property {number} forecastMs time spent in forecast()
 */

/** @returns {Score} */
export function emptyScore() {
  const perMethod = (/** @type {() => any} */ make) =>
    Object.fromEntries(METHODS.map((method) => [method, make()]));
  return {
    errors: perMethod(() => []),
    askable: 0,
    exhaustion: { covered: 0, count: 0, open: 0, early: 0, late: 0 },
    refill: { covered: 0, count: 0, widths: [] },
    unforeseen: { count: 0, dry: 0, stated: 0 },
    leads: perMethod(() => []),
    falseWarnings: perMethod(() => 0),
    evaluatedMs: 0,
    forecasts: 0,
    forecastMs: 0,
  };
}

/**
 * Makes a forecast at every `every`-th poll of a trace and compares it with what came.
 * @param {import('./trace.js').Trace} trace
 * @param {{withProfile: boolean, every: number}} options
 * @returns {Score}
 */
export function scoreTrace(trace, { withProfile, every }) {
  const score = emptyScore();
  const { points, states, dry, windowMs, evaluateFrom } = trace;
  const profile = withProfile ? learnProfile(points, evaluateFrom) : undefined;
  /** @type {{at: number, remaining: number}[]} */
  const samples = [];
  /** @type {Record<string, number[]>} */
  const warnings = Object.fromEntries(METHODS.map((method) => [method, []]));
  let first = 0;
  let nextDry = 0;
  for (const [i, point] of points.entries()) {
    if (point.kind === 'limited') samples.push(point);
    if (point.at < evaluateFrom || i % every !== 0) continue;
    const now = point.at + 500;
    while ((points[first]?.at ?? now) < now - MEMORY_MS) first += 1;
    while (nextDry < dry.length && (dry[nextDry]?.to ?? 0) <= now) nextDry += 1;
    const episode = dry[nextDry];
    if (episode && episode.from <= now) continue;
    const state = states[i];
    if (!state) continue;
    const seenUntil = profile ? now + DAY_MS : state.endsAt;
    const dryAt = episode && episode.from <= seenUntil ? episode.from : Number.POSITIVE_INFINITY;
    const startedAt = performance.now();
    const answer = forecast(points.slice(first, i + 1), profile, now);
    score.forecastMs += performance.now() - startedAt;
    score.forecasts += 1;
    const lines = [10 * MINUTE_MS, HOUR_MS].map((overMs) =>
      straightLineDryAt(samples, now, overMs, windowMs),
    );
    scoreRanges(score, answer, state, dryAt);
    const likely = {
      headroom: answer.kind === 'forecast' ? (answer.exhaustion?.likely ?? null) : null,
      line10m: lines[0] ?? null,
      line1h: lines[1] ?? null,
    };
    scoreErrors(
      score,
      likely,
      now,
      Math.min(dryAt, now + windowMs) === dryAt ? dryAt : Number.POSITIVE_INFINITY,
    );
    if (isRunningOut(answer, now)) warnings.headroom?.push(now);
    for (const method of ['line10m', 'line1h']) {
      const at = likely[/** @type {'line10m'} */ (method)];
      if (at !== null && at - now <= RUNNING_OUT_WITHIN_MS) warnings[method]?.push(now);
    }
  }
  scoreWarnings(score, warnings, dry, evaluateFrom, (points.at(-1)?.at ?? 0) - HOUR_MS);
  score.evaluatedMs = (points.at(-1)?.at ?? 0) - evaluateFrom;
  return score;
}

function learnProfile(points, until) {
  const steps = explainSpending(points.filter(({ at }) => at < until));
  const hours = [];
  let begin = 0;
  for (let at = Math.ceil(points[0].at / HOUR_MS) * HOUR_MS; at + HOUR_MS <= until; at += HOUR_MS) {
    while (begin < steps.length && steps[begin].to <= at) begin += 1;
    const { spent, observedMs } = spendingBetween(steps.slice(begin, begin + 80), at, at + HOUR_MS);
    hours.push({ at, spent, observedSeconds: observedMs / 1_000 });
  }
  return buildWeeklyProfile(hours);
}

function scoreRanges(score, answer, state, dryAt) {
  if (answer.kind === 'forecast' && answer.exhaustion) {
    const { earliest, latest } = answer.exhaustion;
    score.exhaustion.count += 1;
    if (latest === null) score.exhaustion.open += 1;
    if (dryAt < earliest) score.exhaustion.early += 1;
    else if (latest !== null && dryAt > latest) score.exhaustion.late += 1;
    else score.exhaustion.covered += 1;
  } else if (answer.kind === 'forecast') {
    score.unforeseen.count += 1;
    score.unforeseen.stated += answer.risk;
    if (Number.isFinite(dryAt)) score.unforeseen.dry += 1;
  }
  if (answer.kind !== 'forecast' && answer.kind !== 'exhausted') return;
  if (state.fullAt === null || answer.refill === null) return;
  const { earliest, latest } = answer.refill;
  score.refill.count += 1;
  if (earliest <= state.fullAt && state.fullAt <= latest) score.refill.covered += 1;
  score.refill.widths.push((latest - earliest) / MINUTE_MS);
}

function scoreErrors(score, likely, now, dryAt) {
  const left = dryAt - now;
  if (!Number.isFinite(left) || left < LEAST_AHEAD_MS) return;
  score.askable += 1;
  for (const method of METHODS) {
    if (likely[method] !== null) score.errors[method].push(Math.abs(likely[method] - dryAt) / left);
  }
}

function scoreWarnings(score, warnings, dry, from, to) {
  const starts = dry
    .filter((episode, i) => episode.from - (dry[i - 1]?.to ?? 0) >= ONE_WARNING_MS)
    .map((episode) => episode.from)
    .filter((at) => at >= from + HOUR_MS && at <= to);
  for (const method of METHODS) {
    const groups = grouped(warnings[method]);
    for (const start of starts) {
      const group = groups.findLast(({ first, last }) => first < start && last >= start - 10 * MINUTE_MS);
      score.leads[method].push(group ? (start - group.first) / MINUTE_MS : 0);
    }
    const falseOnes = groups.filter(({ first, last }) =>
      dry.every((episode) => episode.to < first || episode.from > last + 2 * RUNNING_OUT_WITHIN_MS),
    );
    score.falseWarnings[method] += falseOnes.filter(({ first }) => first <= to).length;
  }
}

function grouped(times) {
  const groups = [];
  for (const at of times) {
    const group = groups.at(-1);
    if (group && at - group.last <= ONE_WARNING_MS) group.last = at;
    else groups.push({ first: at, last: at });
  }
  return groups;
}

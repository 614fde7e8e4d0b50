import type { Budget } from './spending-config.ts';
import type { TeamHour } from './team-usage.ts';

/** A number of pulls that is known as a range. */
export interface PullForecast {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** How a team stands in one period of its budget. Instants are milliseconds since the epoch. */
export interface BudgetStatus {
  readonly budget: Budget;
  /** Start and end of the period that contains the newest usage. */
  readonly from: number;
  readonly to: number;
  /** Until when usage is known. */
  readonly knownUntil: number;
  /** The pulls from the start until `knownUntil`. */
  readonly spent: number;
  /** The pulls in the whole period; undefined while there is too little data. */
  readonly forecast: PullForecast | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** The earlier weeks from which the rest of a period is forecast. */
const PAST_WEEKS = 4;
/** The least part of the period that must have passed for a forecast without earlier weeks. */
const LEAST_ELAPSED = 1 / 8;
/** How much the rate so far may scale the earlier weeks. */
const MAX_SCALE = 4;

/**
 * Determines how a team stands in the period that contains its newest usage.
 *
 * The forecast of the rest of the period is what the team pulled at the same time in up to four earlier weeks: their mean, and
 * the least and the most of them as range. Each is scaled by how much more or less the team pulled in the period so far than in
 * the same part of those weeks. With fewer than two earlier weeks the rate of the period so far continues, with a range from 0
 * more to twice as much.
 * @param hours the hours of the team in the order of time, without hours in which it pulled nothing
 * @param firstAt the start of the oldest known hour of any team
 * @param knownUntil the end of the newest known hour of any team
 */
export function judgeBudget(
  budget: Budget,
  hours: readonly TeamHour[],
  firstAt: number,
  knownUntil: number,
): BudgetStatus {
  const { from, to } = periodOf(budget.per, knownUntil - 1);
  const spent = sumBetween(hours, from, knownUntil);
  const rest = forecastRest({ hours, from, to, firstAt, knownUntil, spent });
  const forecast = rest && {
    low: spent + Math.round(rest.low),
    likely: spent + Math.round(rest.likely),
    high: spent + Math.round(rest.high),
  };
  return { budget, from, to, knownUntil, spent, forecast };
}

interface RestInput {
  readonly hours: readonly TeamHour[];
  readonly from: number;
  readonly to: number;
  readonly firstAt: number;
  readonly knownUntil: number;
  readonly spent: number;
}

function forecastRest({ hours, from, to, firstAt, knownUntil, spent }: RestInput): PullForecast | undefined {
  if (knownUntil >= to) return { low: 0, likely: 0, high: 0 };
  // A month is longer than a week: its rest may only be compared with weeks that are complete.
  const step = Math.ceil((to - from) / WEEK_MS) * WEEK_MS;
  const shifts = Array.from({ length: PAST_WEEKS }, (_, i) => step + i * WEEK_MS).filter(
    (shift) => from - shift >= firstAt && to - shift <= knownUntil,
  );
  if (shifts.length >= 2) {
    const rests = shifts.map((shift) => sumBetween(hours, knownUntil - shift, to - shift));
    const before = mean(shifts.map((shift) => sumBetween(hours, from - shift, knownUntil - shift)));
    const scale = scaleOf(spent, before);
    return {
      low: Math.min(...rests) * scale,
      likely: mean(rests) * scale,
      high: Math.max(...rests) * scale,
    };
  }
  const elapsed = knownUntil - Math.max(from, firstAt);
  if (elapsed < (to - from) * LEAST_ELAPSED) return undefined;
  const likely = (spent / elapsed) * (to - knownUntil);
  return { low: 0, likely, high: 2 * likely };
}

/** Returns the ratio of two numbers of pulls, drawn towards 1 while both are small. */
function scaleOf(spent: number, before: number): number {
  const ratio = (spent + Math.sqrt(before) + 1) / (before + Math.sqrt(before) + 1);
  return Math.min(MAX_SCALE, Math.max(1 / MAX_SCALE, ratio));
}

/** Returns the period that contains an instant. Periods are those of UTC; weeks begin on Monday. */
export function periodOf(per: Budget['per'], at: number): { from: number; to: number } {
  const start = new Date(at);
  start.setUTCMinutes(0, 0, 0);
  if (per === 'hour') return { from: start.getTime(), to: start.getTime() + HOUR_MS };
  start.setUTCHours(0);
  if (per === 'day') return { from: start.getTime(), to: start.getTime() + DAY_MS };
  if (per === 'week') {
    const from = start.getTime() - ((start.getUTCDay() + 6) % 7) * DAY_MS;
    return { from, to: from + WEEK_MS };
  }
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
}

function sumBetween(hours: readonly TeamHour[], from: number, to: number): number {
  return hours.reduce((sum, { at, pulls }) => (at >= from && at < to ? sum + pulls : sum), 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

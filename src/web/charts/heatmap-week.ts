import { hourOfWeek, UTC } from '../../domain/forecast/weekly-profile.ts';
import type { HistorySeries } from '../../domain/history/query.ts';
import { formatCount } from '../../domain/wording.ts';
import { lazy } from '../../kit/lazy.ts';

/** Length of the history that the usual week averages, in milliseconds: four weeks. */
export const WEEK_LOOK_BACK_MS = 28 * 86_400_000;

/** Average pulls spent in each hour of the week, in UTC. */
export interface WeekHeatmap {
  /** Monday first; each has 24 hours. */
  readonly days: readonly {
    readonly name: string;
    readonly short: string;
    readonly hours: readonly WeekHour[];
  }[];
  /** The hours of a day: `00` to `23`. */
  readonly hours: readonly string[];
  /** Text about the busiest hour, or that no pulls were spent. */
  readonly busiest: string;
  /** The steps of the scale, from none to most. */
  readonly scale: readonly { readonly level: string; readonly words: string }[];
  /** Whether every hour of the week has been observed. */
  readonly isComplete: boolean;
  /** Whether no hour of the week has been observed. */
  readonly isEmpty: boolean;
  /** Pulls spent in each hour from the instant `from`, null if unknown, as JSON for the script that shows another zone. */
  readonly json: string;
}

/** One hour of the week. */
export interface WeekHour {
  /** `0` (none) to `5` (most); `unknown` if never observed. */
  readonly level: string;
  /** `12 pulls on average`. */
  readonly words: string;
  /** The number; empty if not known. */
  readonly count: string;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const HOUR_MS = 3_600_000;
const LEVELS = 5;
const TENTHS = lazy(() => new Intl.NumberFormat('en', { maximumFractionDigits: 1 }));

/** Averages a history of whole hours by hour of the week. */
export function toWeekHeatmap({ points, from: start }: HistorySeries): WeekHeatmap {
  const sums = Array.from({ length: 168 }, () => ({ spent: 0, count: 0 }));
  for (const { at, spent } of points) {
    const sum = spent === null ? undefined : sums[hourOfWeek(at, UTC)];
    if (!sum) continue;
    sum.spent += spent ?? 0;
    sum.count += 1;
  }
  const averages = sums.map(({ spent, count }) => (count === 0 ? undefined : spent / count));
  const most = averages.reduce<number>((highest, average) => Math.max(highest, average ?? 0), 0);
  return {
    days: DAYS.map((name, day) => ({
      name,
      short: name.slice(0, 3),
      hours: averages.slice(day * 24, day * 24 + 24).map((average) => toWeekHour(average, most)),
    })),
    hours: HOURS,
    busiest: most > 0 ? busiestOf(averages, most) : 'No pulls in the last four weeks',
    scale: scaleOf(most),
    isComplete: !averages.includes(undefined),
    isEmpty: averages.every((average) => average === undefined),
    json: toWeekJson(points, start),
  };
}

function toWeekJson(points: HistorySeries['points'], start: number): string {
  const from = points[0]?.at ?? start;
  const count = points.length === 0 ? 0 : Math.round(((points.at(-1)?.at ?? from) - from) / HOUR_MS) + 1;
  const spent: (number | null)[] = Array.from({ length: count }, () => null);
  for (const point of points) spent[Math.round((point.at - from) / HOUR_MS)] = point.spent;
  return JSON.stringify({ from, spent });
}

function toWeekHour(average: number | undefined, most: number): WeekHour {
  if (average === undefined) return { level: 'unknown', words: 'not observed yet', count: '' };
  const level = average <= 0 ? 0 : Math.min(LEVELS, Math.floor((average / most) * LEVELS) + 1);
  const count = averageWords(average);
  return { level: String(level), words: `${pullsWords(average)} on average`, count };
}

function busiestOf(averages: readonly (number | undefined)[], most: number): string {
  const hour = averages.indexOf(most);
  const [day, from] = [DAYS[Math.floor(hour / 24)], HOURS[hour % 24]];
  return `Busiest: ${day}s from ${from}:00 UTC, ${pullsWords(most)} on average`;
}

function scaleOf(most: number): { level: string; words: string }[] {
  const words = (level: number) => (level === 0 ? 'none' : `to ${averageWords((most * level) / LEVELS)}`);
  const levels = most > 0 ? LEVELS : 0;
  return Array.from({ length: levels + 1 }, (_, level) => ({ level: String(level), words: words(level) }));
}

function pullsWords(average: number): string {
  const words = averageWords(average);
  return `${words} ${words === '1' ? 'pull' : 'pulls'}`;
}

/** Formats an average: with one decimal below ten, without above. */
function averageWords(average: number): string {
  return average < 9.95 ? TENTHS().format(average) : formatCount(Math.round(average));
}

import { lazy } from '../../kit/lazy.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Round distances of ticks, in milliseconds. */
const TIME_STEPS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  91 * DAY_MS,
  182 * DAY_MS,
];
/** Maximum number of ticks of a time axis; a narrow screen shows every second one. */
const MOST_TICKS = 9;

/** A tick of a time axis. */
export interface TimeTick {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `14:00`, or `Nov 23` where a day begins, in UTC. */
  readonly words: string;
}

const TIME = lazy(
  () =>
    new Intl.DateTimeFormat('en', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: 'UTC',
    }),
);
const DAY = lazy(() => new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }));

/** Returns round instants between two instants, for a time axis in UTC. */
export function timeTicks(from: number, to: number): TimeTick[] {
  const stepMs = TIME_STEPS.find((step) => (to - from) / step <= MOST_TICKS) ?? (to - from) / MOST_TICKS;
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs) {
    ticks.push({ at, words: at % DAY_MS === 0 ? DAY().format(at) : TIME().format(at) });
  }
  return ticks;
}

/** Returns round numbers from 0 to at most `most`: three to six of them if `most` is large enough. */
export function countTicks(most: number): number[] {
  const step = Math.max(1, niceStep(most / 5));
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** The next of 1, 2, 2.5 and 5 times a power of ten. */
function niceStep(least: number): number {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= least) ?? 10;
  const step = factor * power;
  return Number.isInteger(step) ? step : Math.ceil(step);
}

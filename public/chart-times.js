// Round instants for a time axis, in the zone that the user has chosen.

import { instantsOf, offsetAt, timeZone } from './settings.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [1, 5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat([1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS))
  .concat([1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_MS));
/** Width of a tick with its label, in pixels. */
const TICK_WIDTH = 72;

/** Returns the ticks between two instants that fit into `width` pixels, as `{value, words}`. */
export function timeTicks(from, to, width) {
  const most = Math.max(2, Math.floor(width / TICK_WIDTH));
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? (to - from) / most;
  const offset = offsetAt(from);
  const lastWall = to + Math.max(offset, offsetAt(to));
  const ticks = [];
  for (let wall = Math.ceil((from + offset) / step) * step; wall <= lastWall; wall += step) {
    // Across a change of summer time, long steps follow the wall clock, and short ones the time that passes.
    const [value] = step > HOUR_MS ? instantsOf(wall) : [wall - offset];
    if (value >= from && value <= to) ticks.push({ value, words: wordsOf(value) });
  }
  return ticks;
}

function wordsOf(at) {
  const isMidnight = (at + offsetAt(at)) % DAY_MS === 0;
  const form = isMidnight
    ? { month: 'short', day: 'numeric' }
    : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat(undefined, { ...form, timeZone: timeZone() }).format(at);
}

// Round moments for an axis of time, in the zone that the reader has chosen.

import { timeZone } from './settings.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [1, 5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat([1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS))
  .concat([1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_MS));
/** How much room a tick needs, in pixels. */
const ROOM = 72;

/** Ticks that fit a width, as `{value, words}`. */
export function timeTicks(from, to, width) {
  const most = Math.max(2, Math.floor(width / ROOM));
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? (to - from) / most;
  const ticks = [];
  // A day of the reader's zone begins at another moment than one of UTC, and not all are equally long.
  const offset = offsetAt(from);
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
    const value = at - (step >= HOUR_MS ? offsetAt(at) - offset : 0);
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

/** How far the reader's zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(at) {
  return timeZone() === 'UTC' ? 0 : -new Date(at).getTimezoneOffset() * MINUTE_MS;
}

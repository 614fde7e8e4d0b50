import type { Exhaustion } from '../domain/foresight/forecast.ts';
import type { TimeRange } from '../domain/foresight/refill.ts';
import type { Outlook } from '../domain/outlook.ts';
import { countNoun } from './text-words.ts';
import { toTimestamp } from './time-words.ts';

const MINUTE_MS = 60_000;
/** From this many minutes on a span is told in hours. */
const IN_HOURS = 120;
/** From how far away on a time of day needs its date, in milliseconds. */
const NEEDS_DATE_MS = 23 * 3_600_000;

type Round = (steps: number) => number;

/**
 * What is to be expected of a bucket, in words: that it runs dry, or else when it is full again.
 * @returns undefined when there is nothing to expect, or too little is known
 */
export function describeOutlook({ forecast }: Outlook, now: number): string | undefined {
  if (forecast.kind !== 'forecast' && forecast.kind !== 'exhausted') return undefined;
  if (forecast.kind === 'forecast' && forecast.exhaustion) return exhaustionWords(forecast.exhaustion, now);
  return forecast.refill ? refillWords(forecast.refill, now) : undefined;
}

function exhaustionWords({ earliest, latest }: Exhaustion, now: number): string {
  const from = minutesUntil(earliest, now, Math.floor);
  if (latest === null) {
    return from < 1 ? 'May run dry any minute' : `May run dry in ${minutesWords(from)} at the earliest`;
  }
  const to = Math.max(1, minutesUntil(latest, now, Math.ceil));
  if (from < 1) return `Runs dry within ${minutesWords(to)}`;
  if (from === to) return `Runs dry in about ${minutesWords(to)}`;
  const isSameUnit = from >= IN_HOURS === to >= IN_HOURS && from > 1;
  const fromWords = isSameUnit ? String(from >= IN_HOURS ? from / 60 : from) : minutesWords(from);
  return `Runs dry in ${fromWords} to ${minutesWords(to)}`;
}

function refillWords({ earliest, latest }: TimeRange, now: number): string {
  const condition = 'if nothing else is pulled';
  const [from, to] = [clockWords(earliest, now), clockWords(latest, now)];
  if (earliest - now < MINUTE_MS) return `Back in full by ${to} UTC, ${condition}`;
  if (from === to) return `Back in full at ${to} UTC, ${condition}`;
  return `Back in full between ${from} and ${to} UTC, ${condition}`;
}

/** No finer than it is known: minutes, then five of them, then hours. */
function minutesUntil(at: number, now: number, round: Round): number {
  const minutes = Math.max(0, (at - now) / MINUTE_MS);
  const step = minutes < 10 ? 1 : minutes < IN_HOURS ? 5 : 60;
  return round(minutes / step) * step;
}

function minutesWords(minutes: number): string {
  return minutes >= IN_HOURS ? countNoun(minutes / 60, 'hour') : countNoun(minutes, 'minute');
}

function clockWords(at: number, now: number): string {
  const timestamp = toTimestamp(at).slice(0, 16).replace('T', ' ');
  return at - now < NEEDS_DATE_MS ? timestamp.slice(11) : timestamp;
}

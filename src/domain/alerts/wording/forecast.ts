import type { Exhaustion, Forecast, Foreseen } from '../../forecast/forecast.ts';
import { isUsefulRate, isUsefulSpan } from '../../forecast/forecast-report.ts';
import type { TimeRange } from '../../forecast/refill.ts';
import { countNoun, formatCount } from '../../wording.ts';
import type { Alert, AlertFacts } from '../alert.ts';
import { instant, joinSentences, range, type Words, words } from './words.ts';

const CONDITION = 'if nothing else is pulled';
const MINUTE_MS = 60_000;

/**
 * Returns when the bucket will be empty and when pulls return, as ranges: the hub names no times.
 * @returns undefined if the alert is not about the pulls of a bucket
 */
export function forecastWords({ when, state, facts }: Alert, now: number): Words | undefined {
  if (state === 'resolved') return undefined;
  if (when !== 'exhausted' && when !== 'low' && when !== 'running_out') return undefined;
  if (when === 'exhausted') return returnWords(facts, now);
  const { forecast } = facts;
  switch (forecast?.kind) {
    case 'forecast':
      return forecast.exhaustion
        ? joinSentences([dryness(forecast.exhaustion, now), demand(forecast)])
        : joinSentences([
            words`The pulls are not likely to be used up before they come back.`,
            fullAgain(forecast.refill, now),
          ]);
    case 'too-little-data':
      return joinSentences([
        words`It is too early to forecast when the pulls will be used up.`,
        fullAgain(forecast.refill, now) ?? latestReturn(facts, now),
      ]);
    default:
      return joinSentences([words`${whyUnknown(forecast)}`, latestReturn(facts, now)]);
  }
}

/**
 * Returns when pulls return to an empty bucket. A forecast made before it was empty knows only the first
 * return.
 */
function returnWords(facts: AlertFacts, now: number): Words | undefined {
  const { forecast } = facts;
  if (forecast?.kind === 'exhausted') {
    return comesBack(forecast.firstReturn, forecast.refill, now) ?? latestReturn(facts, now);
  }
  const first = firstReturn(forecast);
  return joinSentences([
    first && words`The first pulls come back ${within(first, now)}.`,
    latestReturn(facts, now),
  ]);
}

function firstReturn(forecast: Forecast | undefined): TimeRange | undefined {
  if (forecast?.kind === 'exhausted') return forecast.firstReturn ?? forecast.refill ?? undefined;
  const isLimited = forecast?.kind === 'forecast' || forecast?.kind === 'too-little-data';
  const firsts = isLimited ? forecast.returns.flatMap(({ returns }) => returns[0] ?? []) : [];
  if (firsts.length === 0) return undefined;
  return {
    earliest: Math.min(...firsts.map(({ earliest }) => earliest)),
    latest: Math.max(...firsts.map(({ latest }) => latest)),
  };
}

/**
 * Returns the forecast in one sentence, for one alert of many: when the first pulls return, or when the bucket
 * is empty. Undefined if there is none.
 */
export function shortForecastWords({ when, state, facts }: Alert, now: number): Words | undefined {
  const { forecast } = facts;
  if (state === 'resolved') return undefined;
  if (when === 'exhausted') {
    const first = firstReturn(forecast);
    return first ? words`The first pulls come back ${within(first, now)}.` : latestReturn(facts, now);
  }
  if ((when === 'low' || when === 'running_out') && forecast?.kind === 'forecast' && forecast.exhaustion) {
    return dryness(forecast.exhaustion, now);
  }
  return undefined;
}

function comesBack(first: TimeRange | null, refill: TimeRange | null, now: number): Words | undefined {
  if (!first && !refill) return undefined;
  if (!refill)
    return first ? words`The first pulls come back ${within(first, now)}, ${CONDITION}.` : undefined;
  if (!first || isSame(first, refill)) {
    return words`All pulls come back ${within(refill, now)}, ${CONDITION}.`;
  }
  return words`The first pulls come back ${within(first, now)}, all of them ${within(refill, now)}, ${CONDITION}.`;
}

/** Returns the expected pulls of the next hour; undefined if the range is too wide to be of use. */
function demand({ ratePerHour }: Foreseen): Words | undefined {
  if (!isUsefulRate(ratePerHour)) return undefined;
  const [low, high] = [Math.round(ratePerHour.low), Math.round(ratePerHour.high)];
  const expected =
    low === high ? countNoun(high, 'pull') : `${formatCount(low)} to ${countNoun(high, 'pull')}`;
  return words`${expected} are expected within the next hour.`;
}

function dryness(exhaustion: Exhaustion, now: number): Words {
  const { earliest, latest } = exhaustion;
  if (latest !== null && isUsefulSpan(earliest, latest, now)) {
    return words`The pulls will be used up ${within({ earliest, latest }, now)}${likeliest(exhaustion, now)}.`;
  }
  // The range is too wide to be of use: its begin is what the reader can act on.
  if (earliest - now < MINUTE_MS) return words`The pulls may be used up any minute.`;
  return words`The pulls may be used up as early as ${instant(earliest, now)}.`;
}

/** Returns the median, if the range is wider than 10 minutes. */
function likeliest({ earliest, likely, latest }: Exhaustion, now: number): Words | undefined {
  const isWide = latest !== null && latest - Math.max(earliest, now) > 10 * MINUTE_MS;
  return isWide ? words`, most likely about ${instant(likely, now)}` : undefined;
}

function fullAgain(refill: TimeRange | null, now: number): Words | undefined {
  return refill ? words`All pulls come back ${within(refill, now)}, ${CONDITION}.` : undefined;
}

/**
 * Returns the latest time at which all pulls are back. Without a forecast the window still bounds it: every
 * counted pull was made within the last window.
 */
function latestReturn({ windowSeconds, at }: AlertFacts, now: number): Words {
  if (windowSeconds === undefined)
    return words`When pulls come back is unknown: Docker Hub reports no window.`;
  return words`All pulls are back by ${instant(at + windowSeconds * 1_000, now)} at the latest, ${CONDITION}.`;
}

function whyUnknown(forecast: Forecast | undefined): string {
  const isStale = forecast?.kind === 'unknown' && forecast.reason === 'stale';
  return isStale ? 'The newest reading is too old for a forecast.' : 'There is no forecast yet.';
}

/** Writes a range: `between 02:58 and 03:04`, `at 03:04`, `by 03:04`, `any minute`. */
function within({ earliest, latest }: TimeRange, now: number): Words {
  if (latest - now < MINUTE_MS) return words`any minute`;
  if (earliest - now < MINUTE_MS) return words`by ${instant(latest, now)}`;
  return range(earliest, latest, 'and', now);
}

function isSame(a: TimeRange, b: TimeRange): boolean {
  return Math.abs(a.earliest - b.earliest) < MINUTE_MS && Math.abs(a.latest - b.latest) < MINUTE_MS;
}

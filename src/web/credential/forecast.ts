import type { Outlook } from '../../domain/credential-snapshot.ts';
import type { Forecast } from '../../domain/forecast/forecast.ts';
import { isUsefulRate } from '../../domain/forecast/forecast-report.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import { describeOutlook } from '../forecast-words.ts';
import { toPlainText } from '../text-words.ts';

/** What is to be expected of a bucket, told at more length than on a card. */
export interface ForecastDetail {
  /** `Runs dry in 40 minutes to 2 hours`. */
  readonly headline: string;
  /** Sentences that say what that rests on. */
  readonly reasons: readonly string[];
}

const UNKNOWN = {
  no_samples: 'Docker Hub has not told a limit yet.',
  stale: 'The newest answer is too old to foresee anything from it.',
  no_window: 'Docker Hub does not name the window of this limit, so that nothing can be foreseen.',
} as const;
const PERCENT = new Intl.NumberFormat('en', { style: 'percent' });
/** From this risk on it is worth telling although it is not likely. */
const TELLING_RISK = 0.03;

/**
 * Tells what is to be expected.
 * @returns undefined before the first forecast
 */
export function toForecastDetail(outlook: Outlook | undefined, now: number): ForecastDetail | undefined {
  if (!outlook) return undefined;
  const { forecast, pool } = outlook;
  const headline = describeOutlook(outlook, now) ?? quietHeadline(forecast);
  return { headline, reasons: [...reasonsOf(forecast), ...poolWords(pool?.sources)] };
}

function quietHeadline(forecast: Forecast): string {
  switch (forecast.kind) {
    case 'unlimited':
      return 'No limit to run into';
    case 'unknown':
      return 'Nothing can be foreseen';
    case 'too-little-data':
      return 'Too early to tell';
    case 'exhausted':
      return 'Empty; when it refills is not known';
    case 'forecast':
      return 'Full, and not likely to run dry';
  }
}

function reasonsOf(forecast: Forecast): string[] {
  if (forecast.kind === 'unlimited') return ['Docker Hub does not meter these pulls.'];
  if (forecast.kind === 'unknown') return [UNKNOWN[forecast.reason]];
  if (forecast.kind === 'too-little-data') {
    return [
      `${countNoun(forecast.samples, 'answer')} so far; ${forecast.neededSamples} are needed to speak of a rate.`,
    ];
  }
  const { kind, weight } = forecast.window;
  const how = kind === 'sliding' ? 'one by one, each a window after it was spent' : 'all at once';
  const window = `Pulls seem to come back ${how} (${PERCENT.format(weight)} sure; Docker Hub does not say).`;
  if (forecast.kind === 'exhausted') return [window];
  const rate = rateWords(forecast.ratePerHour);
  const isRisk = !forecast.exhaustion && forecast.risk >= TELLING_RISK;
  const risk = isRisk
    ? [`It runs dry before it refills in ${PERCENT.format(forecast.risk)} of all futures.`]
    : [];
  return [...rate, ...risk, window];
}

/** Nothing where the range is too wide to be of use. */
function rateWords({ low, likely, high }: { low: number; likely: number; high: number }): string[] {
  if (high < 1) return ['Hardly a pull is expected within the next hour.'];
  if (!isUsefulRate({ low, high })) return [];
  const range = `between ${formatCount(Math.floor(low))} and ${formatCount(Math.ceil(high))}`;
  return [`About ${countNoun(Math.round(likely), 'pull')} within the next hour, ${range}.`];
}

/** How many addresses of a pool are named. */
const SOURCES_TOLD = 6;

function poolWords(sources: readonly string[] | undefined): string[] {
  if (!sources) return [];
  const told = sources.slice(0, SOURCES_TOLD).map((source) => toPlainText(source, 60));
  const rest = sources.length - told.length;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : '';
  return [`It leaves by several addresses in turn, each with its own limit: ${told.join(', ')}${more}.`];
}

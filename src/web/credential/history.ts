import {
  type HistoryChange,
  HistoryQueryError,
  type HistorySeries,
  type HistorySpan,
  HistoryUnavailableError,
  LONG_CELL_MS,
} from '../../domain/history/query.ts';
import { toSentence } from '../../domain/wording.ts';
import type { Log } from '../../kit/log.ts';
import { changesIn } from '../charts/annotations.ts';
import { barStep } from '../charts/bars.ts';
import { WEEK_LOOK_BACK_MS } from '../charts/heatmap-week.ts';
import { readHistoryRequest } from '../http/query-parameters.ts';
import { toTimestamp } from '../text.ts';
import type { WebSources } from '../web-options.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The ranges with a link, by their name in the URL; spans in milliseconds. */
const PRESETS = {
  '1h': { spanMs: HOUR_MS, label: '1 hour' },
  '6h': { spanMs: 6 * HOUR_MS, label: '6 hours' },
  '24h': { spanMs: DAY_MS, label: '24 hours' },
  '7d': { spanMs: 7 * DAY_MS, label: '7 days' },
  '30d': { spanMs: 30 * DAY_MS, label: '30 days' },
  '90d': { spanMs: 90 * DAY_MS, label: '90 days' },
} as const;

/** Name of a range with a link. */
type Preset = keyof typeof PRESETS;

const DEFAULT_PRESET: Preset = '24h';
/** The shortest range that "Zoom in" leads to, in milliseconds: 5 minutes. */
const SHORTEST_MS = 300_000;
/** The longest range that "Zoom out" leads to, in milliseconds: two years. */
const LONGEST_MS = 730 * DAY_MS;
/** Matches a time without a zone, as an input of type `datetime-local` sends it. It is read as UTC. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/** The time range of a detail page. Instants are milliseconds since the epoch. */
export interface DetailRange {
  readonly from: number;
  readonly to: number;
  /** Name of the range; undefined for a range from the fields From and To. */
  readonly preset: Preset | undefined;
  /** Whether the range ends now and so moves with the time. */
  readonly isLive: boolean;
  /** Why the requested range was rejected and the default is shown; undefined if it was not. */
  readonly problem: string | undefined;
}

/**
 * Parses the parameters `range`, `from` and `to` of a page. Does not throw: an invalid range gives the default range
 * with a `problem`.
 * @param now milliseconds since the epoch
 */
export function readDetailRange(query: Readonly<Record<string, unknown>>, now: number): DetailRange {
  const isOwn = isGiven(query.from) || isGiven(query.to);
  try {
    return isOwn ? ownRange(query, now) : presetRange(query.range, now);
  } catch (error) {
    if (!(error instanceof HistoryQueryError)) throw error;
    return { ...presetRange(undefined, now), problem: error.message };
  }
}

/**
 * Returns the default range, or 1 or 6 hours if all known results fit into that. Returns any other range unchanged.
 * @param firstAt time of the first result within the range; undefined if there is none
 * @param now milliseconds since the epoch
 */
export function fittingRange(range: DetailRange, firstAt: number | undefined, now: number): DetailRange {
  if (range.preset !== DEFAULT_PRESET || firstAt === undefined) return range;
  const fitting = (['1h', '6h'] as const).find((preset) => firstAt >= now - PRESETS[preset].spanMs);
  return fitting === undefined ? range : presetRange(fitting, now);
}

/** A link to another range, as a query string. */
export interface RangeLink {
  readonly label: string;
  readonly query: string;
  readonly isCurrent: boolean;
}

/** Returns the links to the named ranges. */
export function presetLinks(current: DetailRange): RangeLink[] {
  return Object.entries(PRESETS).map(([name, { label }]) => ({
    label,
    query: `?range=${name}`,
    isCurrent: name === current.preset,
  }));
}

/** Query strings of the neighbouring ranges; undefined for one that does not exist. */
export interface RangeSteps {
  readonly earlier: string;
  readonly later: string | undefined;
  readonly closer: string | undefined;
  readonly wider: string | undefined;
}

/**
 * Returns the links from a range to its neighbours: moved by half its length, or zoomed by a factor of two.
 * @param now milliseconds since the epoch
 */
export function stepLinks({ from, to, isLive }: DetailRange, now: number): RangeSteps {
  const span = to - from;
  const half = span / 2;
  // A live range keeps its end: what is happening now is what one zooms in to.
  const closer = isLive ? { from: to - half, to } : { from: from + half / 2, to: to - half / 2 };
  const wider = { from: from - half, to: Math.min(now, to + half) };
  return {
    earlier: queryOf(from - half, to - half),
    later: isLive ? undefined : queryOf(Math.min(from + half, now - span), Math.min(to + half, now)),
    closer: half < SHORTEST_MS ? undefined : queryOf(closer.from, closer.to),
    wider: span * 2 > LONGEST_MS ? undefined : queryOf(wider.from, wider.to),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function ownRange(query: Readonly<Record<string, unknown>>, now: number): DetailRange {
  const { from, to } = readHistoryRequest({ from: withZone(query.from), to: withZone(query.to) }, now);
  if (from >= to) throw new HistoryQueryError('The range is empty: from must be before to');
  return { from: Math.max(0, from), to, preset: undefined, isLive: to >= now, problem: undefined };
}

function withZone(value: unknown): unknown {
  return typeof value === 'string' && WITHOUT_ZONE.test(value) ? `${value}Z` : value;
}

function presetRange(value: unknown, now: number): DetailRange {
  const preset = isGiven(value) ? value : DEFAULT_PRESET;
  if (typeof preset !== 'string' || !Object.hasOwn(PRESETS, preset)) {
    const allowed = Object.keys(PRESETS).join(', ');
    throw new HistoryQueryError(`There is no such range; allowed are ${allowed}, or from and to`);
  }
  const { spanMs } = PRESETS[preset as Preset];
  return { from: now - spanMs, to: now, preset: preset as Preset, isLive: true, problem: undefined };
}

function queryOf(from: number, to: number): string {
  const whole = (at: number) => encodeURIComponent(toTimestamp(Math.max(0, Math.round(at / 1_000) * 1_000)));
  return `?from=${whole(from)}&to=${whole(to)}`;
}

/** The history that a detail page shows. */
export interface DetailHistory {
  /** Points of the range, as fine as the backend allows. */
  readonly points: HistorySeries;
  /** The range in cells as long as a bar of the chart. */
  readonly cells: HistorySeries;
  /** The last four weeks in whole hours. */
  readonly weeks: HistorySeries;
  readonly changes: readonly HistoryChange[];
}

/** Reads the history of one credential or bucket. */
export interface HistoryReader {
  readonly series: (query: HistorySpan & { step: 'auto' | number }) => ReturnType<WebSources['series']>;
  readonly changes: (span: HistorySpan) => ReturnType<WebSources['changes']>;
}

/** The history, or why it cannot be shown, in a sentence. */
export type HistoryAnswer =
  | { readonly kind: 'past'; readonly past: DetailHistory }
  | { readonly kind: 'trouble'; readonly trouble: string };

/**
 * Reads the history that a detail page shows. Does not throw: a history that cannot be read gives a `trouble`.
 * @param now milliseconds since the epoch
 */
export async function readDetailHistory(
  reader: HistoryReader,
  range: DetailRange,
  now: number,
  log: Log,
): Promise<HistoryAnswer> {
  const { from, to } = range;
  try {
    const [points, cells, weeks, changes] = await Promise.all([
      reader.series({ from, to, step: 'auto' }),
      reader.series({ from, to, step: barStep(from, to) }),
      reader.series({ from: now - WEEK_LOOK_BACK_MS, to: now, step: LONG_CELL_MS }),
      reader.changes({ from, to }),
    ]);
    if (!points || !cells || !weeks) return { kind: 'trouble', trouble: 'There is no history of it yet.' };
    return { kind: 'past', past: { points, cells, weeks, changes: changes ?? changesIn(points) } };
  } catch (error) {
    return { kind: 'trouble', trouble: toTrouble(error, log) };
  }
}

function toTrouble(error: unknown, log: Log): string {
  if (error instanceof HistoryQueryError) return toSentence(error.message);
  if (error instanceof HistoryUnavailableError)
    return toSentence(`The history cannot be read: ${error.message}`);
  log.error('A history cannot be read', { error });
  return "The history cannot be read; Headroom's log says why.";
}

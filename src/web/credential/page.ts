import type { Forecast } from '../../domain/forecast/forecast.ts';
import { countNoun } from '../../domain/wording.ts';
import { type ChartNote, type ChartSpan, findSpans, SPAN_WORDS, toNotes } from '../charts/annotations.ts';
import { type BarDrawing, drawBars } from '../charts/bars.ts';
import { type DetailTable, toChartJson, toDetailTable } from '../charts/chart-data.ts';
import { drawPulls, type PullChart, type PullDrawing } from '../charts/drawing.ts';
import { toWeekHeatmap, type WeekHeatmap } from '../charts/heatmap-week.ts';
import { chartEnd, drawLines, toChartForecast } from '../charts/lines.ts';
import type { StatusWords, Tone } from '../credential-words.ts';
import type { ForecastDetail } from '../forecast-words.ts';
import type { CredentialCard } from '../overview/credential-card.ts';
import type { Page } from '../page.ts';
import { type Moment, toMoment, toTimestamp } from '../text.ts';
import type { DetailHistory, HistoryAnswer } from './history.ts';
import { type DetailRange, presetLinks, type RangeLink, type RangeSteps, stepLinks } from './history.ts';
import type { ProbeList } from './probes.ts';

/** View model of the page of a credential or bucket. */
export interface DetailPage extends Page {
  /** Text above the name: `Login`, `Bucket of this account`. */
  readonly kind: string;
  readonly card: CredentialCard;
  readonly forecast: ForecastDetail | undefined;
  /** The credentials of the same bucket; empty if there is one. */
  readonly members: readonly DetailMember[];
  /**
   * Path of the page of the bucket, relative to the root of all pages; undefined on that page and without a known
   * source.
   */
  readonly bucketPath: string | undefined;
  /** Path of the page of who spends the pulls of its bucket, relative to the root of all pages. */
  readonly spendingPath: string;
  /** Path of the report for a support ticket, with the range; undefined on the page of a credential. */
  readonly reportPath?: string;
  /** The route of its requests: `through a proxy`; undefined for the default route. */
  readonly route: string | undefined;
  readonly range: RangePicker;
  readonly history: DrawnHistory | undefined;
  /** Why the history cannot be shown, in a sentence; undefined if it can. */
  readonly historyReadProblem: string | undefined;
  /** The newest probes; undefined on the page of a bucket. */
  readonly probes: ProbeList | undefined;
  readonly madeAt: Moment;
  /** The events that update the page. */
  readonly live: DetailLive;
  /** Result of the user's last poll; undefined if there was none. */
  readonly notice: { readonly text: string; readonly tone: Tone } | undefined;
  /**
   * Name of the credential that the button "Check now" probes, as configured; undefined on the page of a bucket.
   */
  readonly pollName: string | undefined;
}

/** Attributes of a credential's page for its script, which subscribes to live events (server-sent events). */
export interface DetailLive {
  /** Identifier of the newest event that the page includes. */
  readonly eventId: string;
  /** Names of the credentials whose events update the page, as a JSON array, for a `data-` attribute. */
  readonly credentials: string;
}

/** A credential of the bucket. */
export interface DetailMember {
  readonly name: string;
  /** Path of its page, relative to the root of all pages. */
  readonly path: string;
  readonly state: StatusWords;
  readonly isThis: boolean;
}

/** The links and fields that choose the range, and the current range. */
export interface RangePicker {
  readonly presets: readonly RangeLink[];
  readonly steps: RangeSteps;
  /** Values of inputs of type `datetime-local`, in UTC. */
  readonly from: string;
  readonly to: string;
  /** The same, in milliseconds since the epoch: whole minutes. */
  readonly fromAt: number;
  readonly toAt: number;
  /** Whether the range comes from the fields From and To. */
  readonly isOwn: boolean;
  readonly isLive: boolean;
  readonly problem: string | undefined;
}

/** The history, drawn for the template. */
export interface DrawnHistory {
  /** The chart of the pulls left; undefined if no limit was observed in the range. */
  readonly chart: PullDrawing | undefined;
  /** The chart as a sentence, for screen readers. */
  readonly words: string;
  /** The kinds of spans without numbers that occur, for the legend. */
  readonly spanKinds: readonly { readonly kind: ChartSpan['kind']; readonly words: string }[];
  readonly notes: readonly (ChartNote & { readonly moment: Moment; readonly number: string })[];
  /** Sum of the pulls spent: `123 pulls in this range`, or that it is not known. */
  readonly spentWords: string;
  /** `Pulls spent per hour`. */
  readonly spentTitle: string;
  /** The chart of the pulls spent; undefined if not known. */
  readonly bars: BarDrawing | undefined;
  /** Data of the charts, for the script of the page. */
  readonly json: string;
  readonly table: DetailTable;
  /** Path of the CSV, relative to the root of all pages. */
  readonly csvPath: string;
  readonly week: WeekHeatmap;
}

/** The data of the drawn history in addition to the history itself. */
export interface HistoryContext {
  readonly range: DetailRange;
  readonly forecast: Forecast | undefined;
  /** Notes about alerts, in addition to the changes of limit, window and source. */
  readonly alerts: readonly ChartNote[];
  /** Path of the credential or bucket in the API, relative to the root of all pages. */
  readonly apiPath: string;
  readonly now: number;
}

/** Style sheets and modules of the pages of credentials and buckets. */
export const DETAIL_ASSETS = {
  styles: ['chart.css', 'detail.css'],
  scripts: ['detail-live.js', 'detail-zone.js', 'chart.js'],
} as const;

/**
 * Creates the links and fields that choose the range.
 * @param now milliseconds since the epoch
 */
export function toRangePicker(range: DetailRange, now: number): RangePicker {
  const text = (at: number) => toTimestamp(at).slice(0, 16);
  const wholeMinute = (at: number) => at - (at % 60_000);
  return {
    presets: presetLinks(range),
    steps: stepLinks(range, now),
    from: text(range.from),
    to: text(range.to),
    fromAt: wholeMinute(range.from),
    toAt: wholeMinute(range.to),
    isOwn: range.preset === undefined,
    isLive: range.isLive,
    problem: range.problem,
  };
}

/** Returns the drawn history, or why it cannot be shown. */
export function toHistoryParts(
  answer: HistoryAnswer,
  context: HistoryContext,
): Pick<DetailPage, 'history' | 'historyReadProblem'> {
  if (answer.kind === 'trouble') return { history: undefined, historyReadProblem: answer.trouble };
  return { history: toPastView(answer.past, context), historyReadProblem: undefined };
}

function toPastView(
  past: DetailHistory,
  { range, forecast, alerts, apiPath, now }: HistoryContext,
): DrawnHistory {
  const { points, cells, weeks, changes } = past;
  const future = range.isLive ? toChartForecast(forecast, range.to - range.from) : undefined;
  const end = chartEnd(future, range.from, range.to);
  const notes = [...toNotes(changes), ...alerts].sort((a, b) => a.at - b.at);
  const { from, to } = range;
  const chart: PullChart = {
    from,
    to,
    end,
    lines: drawLines(points),
    spans: findSpans(points),
    notes,
    forecast: future,
  };
  const isSeen = cells.points.some(({ spent }) => spent !== null);
  const bars = drawBars(cells, end);
  const query = `from=${encodeURIComponent(toTimestamp(from))}&to=${encodeURIComponent(toTimestamp(to))}`;
  return {
    chart: drawPulls(chart),
    words: chartWords(chart),
    spanKinds: [...new Set(chart.spans.map(({ kind }) => kind))].map((kind) => ({
      kind,
      words: SPAN_WORDS[kind],
    })),
    notes: notes.map((note, i) => ({ ...note, number: String(i + 1), moment: toMoment(note.at, now) })),
    spentTitle: bars.title,
    spentWords: isSeen ? `${countNoun(bars.total, 'pull')} in this range` : 'Not known',
    bars: isSeen ? bars : undefined,
    json: toChartJson(chart, cells),
    table: toDetailTable(cells),
    csvPath: `${apiPath}/history.csv?${query}`,
    week: toWeekHeatmap(weeks),
  };
}

function chartWords({ lines, from, to }: PullChart): string {
  const spots = lines.remaining.flat().map(({ pulls }) => pulls);
  const span = `from ${utcWords(from)} to ${utcWords(to)} UTC`;
  const newest = spots.at(-1);
  if (newest === undefined) return `Pulls left ${span}: no answer with a limit`;
  const least = spots.reduce((a, b) => Math.min(a, b));
  const most = spots.reduce((a, b) => Math.max(a, b));
  return `Pulls left ${span}: between ${least} and ${most}, at the end ${newest}`;
}

function utcWords(at: number): string {
  return toTimestamp(at).slice(0, 16).replace('T', ' ');
}

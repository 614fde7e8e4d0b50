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

/** The page of one credential or bucket, finished: every text as it is shown. */
export interface DetailPage extends Page {
  /** What stands above the name: `Credential`, `Bucket`. */
  readonly kind: string;
  readonly card: CredentialCard;
  readonly forecast: ForecastDetail | undefined;
  /** Who draws on the same bucket. */
  readonly members: readonly DetailMember[];
  /** The way to the page of the bucket, without the root; undefined on that page, and where there is none. */
  readonly bucketPath: string | undefined;
  /** By which way its requests leave: `through a proxy`; undefined where that is the usual one. */
  readonly route: string | undefined;
  readonly range: RangePicker;
  readonly history: DrawnHistory | undefined;
  /** Why the past cannot be shown. */
  readonly historyReadProblem: string | undefined;
  /** Undefined on the page of a bucket: its credentials are asked, not it. */
  readonly probes: ProbeList | undefined;
  readonly madeAt: Moment;
  /** What the page listens to, so that it stays fresh. */
  readonly live: DetailLive;
  /** What became of a poll that was asked for just now. */
  readonly notice: { readonly text: string; readonly tone: Tone } | undefined;
  /** Who can be asked for; undefined on the page of a bucket. As configured, for a form. */
  readonly pollName: string | undefined;
}

/** What a page listens to. */
export interface DetailLive {
  /** The newest event that it knows of. */
  readonly eventId: string;
  /** The names of the credentials that it is about, as JSON. */
  readonly credentials: string;
}

/** A credential that draws on the bucket. */
export interface DetailMember {
  readonly name: string;
  /** The way to its page, without the root. */
  readonly path: string;
  readonly state: StatusWords;
  readonly isThis: boolean;
}

/** What chooses the range, and what is chosen. */
export interface RangePicker {
  readonly presets: readonly RangeLink[];
  readonly steps: RangeSteps;
  /** Values of inputs of type `datetime-local`, in UTC. */
  readonly from: string;
  readonly to: string;
  /** The same, in milliseconds since the epoch: whole minutes. */
  readonly fromAt: number;
  readonly toAt: number;
  /** Whether an own range is shown. */
  readonly isOwn: boolean;
  readonly isLive: boolean;
  readonly problem: string | undefined;
}

/** The past, drawn. */
export interface DrawnHistory {
  /** Undefined where no limit was seen in the range. */
  readonly chart: PullDrawing | undefined;
  /** The chart in a sentence, for those who cannot see it. */
  readonly words: string;
  /** What kinds of stretches without numbers there are. */
  readonly spanKinds: readonly { readonly kind: ChartSpan['kind']; readonly words: string }[];
  readonly notes: readonly (ChartNote & { readonly moment: Moment; readonly number: string })[];
  /** What was spent in all: `123 pulls in this range`, or that nobody could see. */
  readonly spentWords: string;
  /** `Pulls spent per hour`. */
  readonly spentTitle: string;
  /** Undefined where nobody could see what was spent. */
  readonly bars: BarDrawing | undefined;
  /** For the script on the page. */
  readonly json: string;
  readonly table: DetailTable;
  /** The way to the CSV, without the root. */
  readonly csvPath: string;
  readonly week: WeekHeatmap;
}

/** What the past of a page is drawn from, beside the past itself. */
export interface HistoryContext {
  readonly range: DetailRange;
  readonly forecast: Forecast | undefined;
  /** Marks beside the changes of limit, window and source. */
  readonly alerts: readonly ChartNote[];
  /** The path of the history in the API, without root and ending. */
  readonly apiPath: string;
  readonly now: number;
}

/** The styles and modules of every detail page. */
export const DETAIL_ASSETS = {
  styles: ['chart.css', 'detail.css'],
  scripts: ['detail-live.js', 'detail-zone.js', 'chart.js'],
} as const;

/** Finishes the choice of the range for the view. */
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

/** Splits an answer into what is shown of the past, or why there is nothing. */
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
    spentWords: isSeen ? `${countNoun(bars.total, 'pull')} in this range` : 'Nobody could see',
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

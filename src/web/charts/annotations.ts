import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import type { HistoryChange, HistoryPoint, HistorySeries } from '../../domain/history/query.ts';
import { countNoun, formatCount, spanWords } from '../../domain/wording.ts';
import { toPlainText } from '../text.ts';

/** A time span without an answer with a limit. */
export interface ChartSpan {
  /** `gap`: no probe ran. */
  readonly kind: 'failed' | 'blocked' | 'unlimited' | 'gap';
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Labels of the kinds of spans. */
export const SPAN_WORDS: Readonly<Record<ChartSpan['kind'], string>> = {
  failed: 'No answer',
  blocked: 'Blocked',
  unlimited: 'No limit',
  gap: 'Not observed',
};

/** How long the last result is valid on the chart, in milliseconds: a minute. */
const LAST_RESULT_MS = 60_000;
/** Minimum length of an unobserved span at an edge of the chart, as a share of the whole. */
const MIN_EDGE_SHARE = 0.03;

/** Returns the spans of a history without an answer with a limit, in order of time. */
export function findSpans({ points, stepMs, from, to }: HistorySeries): ChartSpan[] {
  const spans: { kind: ChartSpan['kind']; from: number; to: number }[] = [];
  points.forEach((point, i) => {
    const kind = kindOf(point);
    if (kind === undefined) return;
    const [begin, end] = extentOf(points, i, stepMs);
    const last = spans.at(-1);
    const [clippedFrom, clippedTo] = [Math.max(from, begin), Math.min(to, end)];
    if (last && last.kind === kind && clippedFrom <= last.to) last.to = clippedTo;
    else spans.push({ kind, from: clippedFrom, to: clippedTo });
  });
  return stepMs === null ? [...unobservedEdges(points, from, to), ...spans] : spans;
}

/** Returns the unobserved spans before the first and after the last result. */
function unobservedEdges(points: readonly HistoryPoint[], from: number, to: number): ChartSpan[] {
  const [first = to, last = to] = [points[0]?.at, points.at(-1)?.at];
  const edges: ChartSpan[] = [
    { kind: 'gap', from, to: first },
    { kind: 'gap', from: last, to },
  ];
  return edges.filter((edge) => edge.to - edge.from > (to - from) * MIN_EDGE_SHARE);
}

function kindOf({ outcome }: HistoryPoint): ChartSpan['kind'] | undefined {
  if (outcome === 'limited') return undefined;
  return outcome ?? 'gap';
}

/**
 * Returns start and end of a point. A result is valid until the next one. A gap point lies in the middle of its gap
 * and fills it.
 */
function extentOf(points: readonly HistoryPoint[], i: number, stepMs: number | null): [number, number] {
  const point = points[i];
  if (!point) return [0, 0];
  if (stepMs !== null) return [point.at, point.at + stepMs];
  const next = points[i + 1];
  const nextAt = next && next.outcome === null ? previousOf(points, i + 1) : next?.at;
  if (point.outcome === null) return [points[i - 1]?.at ?? point.at, nextAt ?? point.at];
  return [point.at, nextAt ?? point.at + LAST_RESULT_MS];
}

/** Returns when the last result before a gap ends: after as long as the result before it was valid. */
function previousOf(points: readonly HistoryPoint[], i: number): number {
  const last = points[i - 1]?.at ?? 0;
  const before = points[i - 2]?.at;
  return last + Math.min(LAST_RESULT_MS, before === undefined ? LAST_RESULT_MS : last - before);
}

/** An event that is marked on the chart and listed below it. */
export interface ChartNote {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: HistoryChange['kind'] | 'alert';
  /** `Limit 100 → 200`. */
  readonly words: string;
}

/**
 * Maximum number of notes of one kind: a credential behind an address pool changes its source all the time.
 */
const MAX_NOTES = 8;
/** Maximum length of a source in a note, in characters. */
const SOURCE_LENGTH = 60;

/**
 * Describes changes, in order of time. Of many changes of one kind, it returns the newest and the number of earlier
 * ones.
 */
export function toNotes(changes: readonly HistoryChange[]): ChartNote[] {
  const kinds = ['limit', 'window', 'source'] as const;
  return kinds
    .flatMap((kind) => {
      const own = changes.filter((change) => change.kind === kind);
      const notes = own.slice(-MAX_NOTES).map(toNote);
      const [first] = notes;
      if (!first || own.length === notes.length) return notes;
      const earlier = formatCount(own.length - notes.length);
      return [{ ...first, words: `${first.words}, and ${earlier} changes before` }, ...notes.slice(1)];
    })
    .sort((a, b) => a.at - b.at);
}

/**
 * Returns notes about alerts that fired, with their duration if they were resolved: the newest 8.
 * @param isAbout reports whether an alert belongs to this chart
 */
export function toAlertNotes(events: readonly AlertEvent[], isAbout: (alert: Alert) => boolean): ChartNote[] {
  const notes: (ChartNote & { readonly fingerprint: string })[] = [];
  for (const event of events) {
    if ((event.kind !== 'firing' && event.kind !== 'resolved') || !isAbout(event.alert)) continue;
    const { fingerprint, rule } = event.alert;
    const fired = notes.findLastIndex((note) => note.fingerprint === fingerprint);
    const note = notes[fired];
    if (event.kind === 'firing')
      notes.push({ at: event.at, kind: 'alert', words: `${rule} fired`, fingerprint });
    else if (note)
      notes[fired] = { ...note, words: `${note.words}, resolved after ${durationWords(event.at - note.at)}` };
  }
  return notes.slice(-MAX_NOTES).map(({ fingerprint: _, ...note }) => note);
}

/** Formats a duration in seconds, minutes or hours. */
function durationWords(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  if (seconds < 120) return countNoun(seconds, 'second');
  return seconds < 7_200
    ? countNoun(Math.round(seconds / 60), 'minute')
    : countNoun(Math.round(seconds / 3_600), 'hour');
}

/** Derives the changes of limit and window from a history, for backends that do not store changes. */
export function changesIn({ points }: HistorySeries): HistoryChange[] {
  const changes: HistoryChange[] = [];
  const newest: { limit: number | null; window: number | null } = { limit: null, window: null };
  for (const { at, limit, windowSeconds } of points) {
    for (const [kind, to] of [
      ['limit', limit],
      ['window', windowSeconds],
    ] as const) {
      const from = newest[kind];
      if (to === null) continue;
      if (from !== null && from !== to) changes.push({ kind, at, from, to });
      newest[kind] = to;
    }
  }
  return changes;
}

function toNote(change: HistoryChange): ChartNote {
  const { at, kind } = change;
  switch (kind) {
    case 'limit':
      return { at, kind, words: `Limit ${formatCount(change.from)} → ${formatCount(change.to)}` };
    case 'window':
      return { at, kind, words: `Window ${spanWords(change.from)} → ${spanWords(change.to)}` };
    case 'source': {
      const [from, to] = [change.from, change.to].map((source) => toPlainText(source, SOURCE_LENGTH));
      return { at, kind, words: `Source ${from} → ${to}` };
    }
  }
}

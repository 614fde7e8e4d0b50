import type { HistoryPoint, HistorySeries } from '../../domain/history/query.ts';

/** A stretch of time of which there is something to say besides a number. */
export interface ChartSpan {
  /** `gap`: nobody asked. */
  readonly kind: 'failed' | 'blocked' | 'unlimited' | 'gap';
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** What each kind is called. */
export const SPAN_WORDS: Readonly<Record<ChartSpan['kind'], string>> = {
  failed: 'No answer',
  blocked: 'Blocked',
  unlimited: 'No limit',
  gap: 'Not observed',
};

/** How long one result counts where it is the last one, in milliseconds: a minute. */
const LAST_COUNTS_MS = 60_000;
/** A silence at an edge is told from this share of the whole on. */
const SILENT_EDGE = 0.03;

/** Finds the stretches of a history in which there was no answer with a limit. */
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
  return stepMs === null ? [...silentEdges(points, from, to), ...spans] : spans;
}

/** Before the first result and after the last one nobody asked either. */
function silentEdges(points: readonly HistoryPoint[], from: number, to: number): ChartSpan[] {
  const [first = to, last = to] = [points[0]?.at, points.at(-1)?.at];
  const edges: ChartSpan[] = [
    { kind: 'gap', from, to: first },
    { kind: 'gap', from: last, to },
  ];
  return edges.filter((edge) => edge.to - edge.from > (to - from) * SILENT_EDGE);
}

function kindOf({ outcome }: HistoryPoint): ChartSpan['kind'] | undefined {
  if (outcome === 'limited') return undefined;
  return outcome ?? 'gap';
}

/** A result holds until the next one; a gap between results lies in the middle of its silence, and fills it. */
function extentOf(points: readonly HistoryPoint[], i: number, stepMs: number | null): [number, number] {
  const point = points[i];
  if (!point) return [0, 0];
  if (stepMs !== null) return [point.at, point.at + stepMs];
  const next = points[i + 1];
  const nextAt = next && next.outcome === null ? previousOf(points, i + 1) : next?.at;
  if (point.outcome === null) return [points[i - 1]?.at ?? point.at, nextAt ?? point.at];
  return [point.at, nextAt ?? point.at + LAST_COUNTS_MS];
}

/** Before a gap the last result counts no longer than the one before it did. */
function previousOf(points: readonly HistoryPoint[], i: number): number {
  const last = points[i - 1]?.at ?? 0;
  const before = points[i - 2]?.at;
  return last + Math.min(LAST_COUNTS_MS, before === undefined ? LAST_COUNTS_MS : last - before);
}

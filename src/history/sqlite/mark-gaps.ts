import { gapAt, type HistoryPoint } from '../../domain/history/series.ts';

const MINUTE_MS = 60_000;
/** A longer silence than this many usual intervals is a gap. */
const INTERVALS_UNTIL_GAP = 3.5;

/** Puts a gap into the middle of each long silence. */
export function markGaps(points: readonly HistoryPoint[]): HistoryPoint[] {
  const silences = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  const usualMs = silences.toSorted((a, b) => a - b)[Math.floor(silences.length / 2)] ?? MINUTE_MS;
  return points.flatMap((point, i) => {
    const silenceMs = silences[i - 1] ?? 0;
    return silenceMs > usualMs * INTERVALS_UNTIL_GAP
      ? [gapAt(point.at - Math.round(silenceMs / 2)), point]
      : [point];
  });
}

import type { RecentUsage } from '../../domain/forecast/recent-usage.ts';
import { LOW_SHARE } from '../../domain/status.ts';
import { formatCount, spanWords } from '../../domain/wording.ts';
import { oneDecimal } from './chart-units.ts';

/** A small chart of the pulls left, in a box of 100 by 28 units that the template may stretch. */
export interface Sparkline {
  /** Paths of an SVG. */
  readonly line: string;
  readonly area: string;
  /** Path of the newest point: a line without length, with round ends. */
  readonly dot: string;
  /** Distance of the threshold of "low" from the top. */
  readonly lowAt: string;
  /** The chart as text, for screen readers. */
  readonly label: string;
}

const WIDTH = 100;
const HEIGHT = 28;
/** Margin above and below for the width of the line. */
const INSET = 2;

/** A course never changes, and is shown many times before there is another one. */
const drawn = new WeakMap<RecentUsage, Sparkline>();

/** Draws the recent samples of a bucket; undefined if there are fewer than two. */
export function toSparkline(course: RecentUsage | undefined): Sparkline | undefined {
  if (!course || course.points.length < 2) return undefined;
  const known = drawn.get(course);
  if (known) return known;
  const sparkline = draw(course);
  drawn.set(course, sparkline);
  return sparkline;
}

function draw(course: RecentUsage): Sparkline {
  const { from, to, limit, points } = course;
  const remaining = points.map((point) => point.remaining);
  const top = Math.max(limit, ...remaining, 1);
  const xOf = (at: number) => oneDecimal(((at - from) / (to - from)) * WIDTH);
  const yOf = (left: number) => oneDecimal(INSET + (1 - Math.max(left, 0) / top) * (HEIGHT - 2 * INSET));
  const stretches = splitAtGaps(points).map((stretch) =>
    stretch.map((point) => [xOf(point.at), yOf(point.remaining)] as const),
  );
  const [newest] = stretches.at(-1)?.slice(-1) ?? [];
  return {
    line: stretches.map(lineThrough).join(''),
    area: stretches.map(areaBelow).join(''),
    dot: newest ? `M${newest.join(' ')}h0` : '',
    lowAt: yOf(limit * LOW_SHARE),
    label: labelOf(course, remaining),
  };
}

type Place = readonly [x: string, y: string];

function splitAtGaps(points: RecentUsage['points']): RecentUsage['points'][] {
  const stretches: RecentUsage['points'][number][][] = [];
  for (const point of points) {
    if (point.isAfterGap || stretches.length === 0) stretches.push([]);
    stretches.at(-1)?.push(point);
  }
  return stretches;
}

/** Returns the path of a line. A single point is a line without length, which has round ends. */
function lineThrough(places: readonly Place[]): string {
  const path = places.map((place, i) => `${i === 0 ? 'M' : 'L'}${place.join(' ')}`).join('');
  return places.length === 1 ? `${path}h0` : path;
}

function areaBelow(places: readonly Place[]): string {
  const [first] = places;
  const last = places.at(-1);
  return first && last ? `M${first[0]} ${HEIGHT}L${lineThrough(places).slice(1)}L${last[0]} ${HEIGHT}z` : '';
}

function labelOf({ from, to }: RecentUsage, remaining: readonly number[]): string {
  const span = spanWords(Math.round((to - from) / 1_000));
  const [first = 0, least = 0, last = 0] = [remaining[0], Math.min(...remaining), remaining.at(-1)];
  return `Pulls left over ${span}: from ${formatCount(first)} to ${formatCount(last)}, at least ${formatCount(least)}`;
}

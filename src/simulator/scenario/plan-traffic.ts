import type { Hours, Image, Team, Traffic } from './scenario.ts';
import type { PlannedPull } from './scenario-event.ts';
import { midnightOf, minuteOf, type WallTime, weekdayOf, type Zone } from './zone.ts';

/** What traffic is planned within and with. */
export interface Span {
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Milliseconds since the epoch; nothing happens from then on. */
  readonly endAt: number;
  readonly zone: Zone;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * A team's pulls at random moments: a Poisson process at the highest rate, thinned out to the rate of the moment, so
 * that rates may change at any minute and the gaps between two pulls stay as irregular as people are.
 */
export function* planTraffic(
  team: Team,
  { startAt, endAt, zone, random }: Span,
): Generator<PlannedPull, void> {
  const highest = team.traffic.reduce((sum, { perHour }) => sum + perHour, 0);
  if (highest === 0) return;
  let at = startAt;
  for (;;) {
    at += (-Math.log(1 - random()) * HOUR_MS) / highest;
    if (at >= endAt) return;
    if (random() * highest >= rateAt(team.traffic, zone.wallTime(at))) continue;
    yield pullAt(team, Math.floor(at), random);
  }
}

/** A team's bursts of one line, day by day: so many pulls at random moments within a short time. */
export function* planBursts(team: Team, index: number, span: Span): Generator<PlannedPull, void> {
  const burst = team.bursts[index];
  if (!burst) return;
  const { startAt, endAt, zone, random } = span;
  // A burst of the evening before may reach into the first day.
  const firstDay = midnightOf(zone.wallTime(startAt)) - DAY_MS;
  for (let day = firstDay; ; day += DAY_MS) {
    const beginAt = zone.instantOf(day + burst.minute * MINUTE_MS);
    if (beginAt >= endAt) return;
    if (!burst.days[weekdayOf(day)]) continue;
    const moments = Array.from({ length: burst.count }, () => Math.floor(random() * burst.withinMs)).sort(
      (a, b) => a - b,
    );
    for (const moment of moments) {
      const at = beginAt + moment;
      if (at >= startAt && at < endAt) yield pullAt(team, at, random);
    }
  }
}

/** Images an hour at some moment. */
export function rateAt(traffic: readonly Traffic[], wallTime: WallTime): number {
  const weekday = weekdayOf(wallTime);
  const minute = minuteOf(wallTime);
  return traffic.reduce((sum, { perHour, days, hours }) => {
    const beganToday = days[weekday] === true && isBegun(hours, minute);
    const beganYesterday = days[(weekday + 6) % 7] === true && hours.to <= hours.from && minute < hours.to;
    return beganToday || beganYesterday ? sum + perHour : sum;
  }, 0);
}

function isBegun({ from, to }: Hours, minute: number): boolean {
  return minute >= from && (to <= from || minute < to);
}

function pullAt(team: Team, at: number, random: () => number): PlannedPull {
  const image = team.images[Math.floor(random() * team.images.length)] as Image;
  return { kind: 'pull', at, team, image, policy: 'always' };
}

import type { ZoneOffset } from '../../kit/clock.ts';

/** The stored spending of one hour. */
export interface SpentHour {
  /** Start of the hour, in milliseconds since the epoch. */
  readonly at: number;
  /** Pulls. */
  readonly spent: number;
  /** Seconds of the hour that were observed, up to 3,600. */
  readonly observedSeconds: number;
}

/** The usual spending of a bucket by hour of the week. */
export interface WeeklyProfile {
  /** Pulls per hour for each hour of the week, Monday 00:00 first: 168 numbers. */
  readonly pullsPerHour: readonly number[];
  /** Variance of the ratio of actual to usual spending of an hour. */
  readonly levelVariance: number;
  /** Hours of observation. */
  readonly observedHours: number;
  readonly utcOffset: ZoneOffset;
}

const HOURS_OF_WEEK = 168;
const HOUR_MS = 3_600_000;
/** The epoch was a Thursday; Monday was three days before. */
const EPOCH_HOUR_OF_WEEK = 72;
/** Weight of the mean of similar hours, in observed hours. */
const SHRINKAGE_HOURS = 1;
/** The assumed variance of the level before any hour has repeated: a factor of about 2 either way. */
const UNKNOWN_LEVEL_VARIANCE = 0.5;
/** The least usual spending of hours that the variance is computed from, in pulls. */
const TELLING_PULLS = 5;

/** The observed hours from which on forecasts use a profile: those of a week. */
export const PROFILE_NEEDED_HOURS = 168;

/** The offset of UTC. */
export const UTC: ZoneOffset = () => 0;

/** Returns the hour of the week of an instant: 0 to 167, Monday 00:00 first. */
export function hourOfWeek(at: number, utcOffset: ZoneOffset): number {
  const hour = Math.floor((at + utcOffset(at)) / HOUR_MS) + EPOCH_HOUR_OF_WEEK;
  return ((hour % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

/**
 * Computes the profile of a bucket. The value of an hour with few observations is shrunk towards the same hour of similar
 * days (working days, weekend), and that towards the mean of all hours.
 * @param utcOffset time zone of the hours. Default: UTC
 */
export function buildWeeklyProfile(hours: readonly SpentHour[], utcOffset: ZoneOffset = UTC): WeeklyProfile {
  const own = sums(HOURS_OF_WEEK);
  const alike = sums(48);
  const all = sums(1);
  for (const { at, spent, observedSeconds } of hours) {
    const hour = hourOfWeek(at, utcOffset);
    for (const [sum, i] of [
      [own, hour],
      [alike, likeHour(hour)],
      [all, 0],
    ] as const) {
      sum.spent[i] = (sum.spent[i] ?? 0) + spent;
      sum.hours[i] = (sum.hours[i] ?? 0) + observedSeconds / 3_600;
    }
  }
  const mean = shrunk(all, 0, 0);
  const pullsPerHour = Array.from({ length: HOURS_OF_WEEK }, (_, hour) =>
    shrunk(own, hour, shrunk(alike, likeHour(hour), mean)),
  );
  return {
    pullsPerHour,
    levelVariance: levelVarianceOf(hours, pullsPerHour, own, utcOffset),
    observedHours: all.hours[0] ?? 0,
    utcOffset,
  };
}

/** Returns the usual spending at an instant, in pulls per hour. */
export function usualPullsPerHour(profile: WeeklyProfile, at: number): number {
  return profile.pullsPerHour[hourOfWeek(at, profile.utcOffset)] ?? 0;
}

interface Sums {
  readonly spent: number[];
  readonly hours: number[];
}

function sums(length: number): Sums {
  return { spent: new Array<number>(length).fill(0), hours: new Array<number>(length).fill(0) };
}

/** Returns the index of the similar hours: 0 to 23 on working days, 24 to 47 at the weekend. */
function likeHour(hour: number): number {
  return (hour % 24) + (hour >= 120 ? 24 : 0);
}

function shrunk(sum: Sums, i: number, prior: number): number {
  return ((sum.spent[i] ?? 0) + SHRINKAGE_HOURS * prior) / ((sum.hours[i] ?? 0) + SHRINKAGE_HOURS);
}

/** Returns the variance of hours that were observed more than once around the profile. */
function levelVarianceOf(
  hours: readonly SpentHour[],
  pullsPerHour: readonly number[],
  own: Sums,
  utcOffset: ZoneOffset,
): number {
  let squares = 0;
  let count = 0;
  for (const { at, spent, observedSeconds } of hours) {
    const hour = hourOfWeek(at, utcOffset);
    const usual = pullsPerHour[hour] ?? 0;
    if (observedSeconds < 3_000 || usual < TELLING_PULLS || (own.hours[hour] ?? 0) < 1.5) continue;
    squares += (spent / usual - 1) ** 2 - 1 / usual;
    count += 1;
  }
  // Two hours of the assumed variance are added, so that a profile of few hours is not overconfident.
  return Math.max(0.05, (squares + 2 * UNKNOWN_LEVEL_VARIANCE) / (count + 2));
}

import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { isRunningOut } from '../../forecast/forecast.ts';
import type { Limited } from '../../result.ts';
import { type Alert, type AlertFacts, NOTHING_KNOWN } from '../alert.ts';
import type { AlertCondition, Threshold } from './alert-rule.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';

/** The newest believable reading of a bucket. `at` is when it was made, in milliseconds since the epoch. */
export type BucketReading =
  | { readonly kind: 'limited'; readonly at: number; readonly intervalMs: number; readonly limited: Limited }
  | { readonly kind: 'unlimited'; readonly at: number };

/** Readings of several credentials closer than this belong to one round of polls, in milliseconds. */
const SAME_ROUND_MS = 10_000;

/**
 * Returns the newest reading of a bucket by any of its credentials. Readings of one round differ by the pulls
 * between them: the lowest counts.
 * @returns undefined if no reading is fresh enough
 */
export function readBucket(members: readonly CredentialSnapshot[]): BucketReading | undefined {
  const readings = members.flatMap((member) => readingOf(member) ?? []);
  const newestAt = Math.max(...readings.map(({ at }) => at));
  const round = readings.filter(({ at }) => newestAt - at < SAME_ROUND_MS);
  return round.reduce<BucketReading | undefined>((lowest, reading) => {
    return lowest === undefined || remainingOf(reading) < remainingOf(lowest) ? reading : lowest;
  }, undefined);
}

/**
 * Returns the facts of an alert about a bucket.
 * @param now milliseconds since the epoch
 */
export function bucketFacts(
  reading: BucketReading,
  members: readonly CredentialSnapshot[],
  now: number,
): AlertFacts {
  const limited = reading.kind === 'limited' ? reading.limited : undefined;
  return {
    ...noFacts(members, now),
    remaining: limited?.remaining,
    limit: limited?.limit,
    windowSeconds: limited?.windowSeconds,
    forecast: limited && limited.remaining <= 0 ? returnForecastOf(members) : forecastOf(members),
    at: reading.at,
  };
}

/**
 * Returns facts of which only the time of the last successful probe is known.
 * @param now milliseconds since the epoch
 */
export function noFacts(members: readonly CredentialSnapshot[], now: number): AlertFacts {
  const successes = members.flatMap(({ lastSuccessAt }) => lastSuccessAt ?? []);
  return {
    ...NOTHING_KNOWN,
    lastSuccessAt: successes.length > 0 ? Math.max(...successes) : undefined,
    at: now,
  };
}

/**
 * Returns the newest forecast of the bucket of these credentials; undefined if there is none. All credentials
 * of a bucket share its forecast.
 */
function forecastOf(members: readonly CredentialSnapshot[]): AlertFacts['forecast'] {
  return members.find(({ outlook }) => outlook !== undefined)?.outlook?.forecast;
}

/**
 * Returns the forecast of when pulls return to an empty bucket; undefined if the forecast was made before it
 * was empty.
 */
function returnForecastOf(members: readonly CredentialSnapshot[]): AlertFacts['forecast'] {
  const forecast = forecastOf(members);
  return forecast?.kind === 'exhausted' ? forecast : undefined;
}

function readingOf({ known, limited, enforced }: CredentialSnapshot): BucketReading | undefined {
  if (!known) return undefined;
  const { at, intervalMs } = known;
  if (limited) return { kind: 'limited', at, intervalMs, limited };
  return enforced === false ? { kind: 'unlimited', at } : undefined;
}

function remainingOf(reading: BucketReading): number {
  return reading.kind === 'limited' ? reading.limited.remaining : Number.POSITIVE_INFINITY;
}

/** The window that is assumed if the hub names none, in milliseconds: 6 hours, the longest known. */
const LONGEST_WINDOW_MS = 6 * 3_600_000;

/**
 * Reports whether an alert ends because no credential has its subject any more. A bucket of an address pool may
 * come back; after a whole window it has refilled in any case.
 * @param configured names of the configured credentials
 * @param now milliseconds since the epoch
 */
export function isSubjectGone(alert: Alert, configured: ReadonlySet<string>, now: number): boolean {
  if (!alert.credentials.some((name) => configured.has(name))) return true;
  if (alert.subject.kind !== 'bucket') return true;
  const { windowSeconds, at } = alert.facts;
  return now - at >= (windowSeconds === undefined ? LONGEST_WINDOW_MS : windowSeconds * 1_000);
}

/**
 * For how many poll intervals a bucket that was nearly empty must stay full before that is believed. The hub
 * has reported "full" for a moment and then the old number again, as captured on 2021-01-17, at most twice in a
 * row: the third reading decides.
 */
const CONFIRMATION_INTERVALS = 1.5;

/** Reports whether the reading may be wrong: everything has returned at once. */
function isFull(reading: BucketReading): boolean {
  return reading.kind === 'limited' && reading.limited.remaining >= reading.limited.limit;
}

/** Returns how long a reading must be repeated before it is believed, in milliseconds. */
function confirmationMs(reading: BucketReading): number {
  return reading.kind === 'limited' && isFull(reading) ? reading.intervalMs * CONFIRMATION_INTERVALS : 0;
}

/** The newest reading of a limit, with the facts of an alert; or the evaluation of a bucket whose limit is not known. */
type LimitRead =
  | { readonly reading: Extract<BucketReading, { kind: 'limited' }>; readonly facts: AlertFacts }
  | { readonly evaluation: Evaluation };

/** Reads the limit of a bucket. Without a limit no alert about remaining pulls fires; without a reading nothing changes. */
function readLimit(members: readonly CredentialSnapshot[], now: number): LimitRead {
  const reading = readBucket(members);
  if (!reading) return { evaluation: UNKNOWN };
  const facts = bucketFacts(reading, members, now);
  if (reading.kind === 'limited') return { reading, facts };
  return { evaluation: { verdict: 'clear', at: reading.at, settleMs: 0, isDoubtful: false, facts } };
}

/** The share of the limit from which an exhausted bucket has recovered at once: 0.25, as RateLimitLow. */
const RECOVERED_SHARE = 0.25;
/** The share of the limit from which pulls work again, if it lasts: 0.1. */
export const USABLE_SHARE = 0.1;
/** How long that must last, in milliseconds (30 minutes). */
const USABLE_SETTLE_MS = 30 * 60_000;

/**
 * Evaluates whether a bucket is empty. Where many clients wait, returned pulls are used within minutes: that is
 * still one alert. It ends at once when a quarter of the limit has returned; with a tenth, if the bucket has
 * not been empty for half an hour; with less, if it has not for a whole window.
 */
export function evaluateExhausted(
  members: readonly CredentialSnapshot[],
  { now }: EvaluationContext,
): Evaluation {
  const read = readLimit(members, now);
  if ('evaluation' in read) return read.evaluation;
  const { reading, facts } = read;
  const { at } = reading;
  const { remaining, limit, windowSeconds } = reading.limited;
  if (remaining <= 0) return { verdict: 'holds', since: at, facts };
  const windowMs = windowSeconds === undefined ? LONGEST_WINDOW_MS : windowSeconds * 1_000;
  const settleMs = remaining >= limit * USABLE_SHARE ? Math.min(USABLE_SETTLE_MS, windowMs) : windowMs;
  const hasRecovered = remaining >= limit * RECOVERED_SHARE;
  return {
    verdict: 'clear',
    at,
    settleMs: hasRecovered ? confirmationMs(reading) : settleMs,
    isDoubtful: isFull(reading),
    facts,
  };
}

type LowCondition = Extract<AlertCondition, { when: 'low' }>;

/**
 * Evaluates whether few pulls are left in a bucket. Between the two thresholds alerts neither begin nor end, and neither
 * while the bucket has an alert as exhausted.
 * @param members the credentials of the bucket; the newest reading counts
 */
export function evaluateLow(
  members: readonly CredentialSnapshot[],
  { below, clearAt }: LowCondition,
  { isExhausted, now }: EvaluationContext,
): Evaluation {
  const read = readLimit(members, now);
  if ('evaluation' in read) return read.evaluation;
  const { reading, facts } = read;
  const { at } = reading;
  const { remaining, limit } = reading.limited;
  // A full bucket is not low, whatever number of pulls the rule names.
  if (remaining >= Math.min(limit, pullsOf(clearAt, limit))) {
    return { verdict: 'clear', at, settleMs: confirmationMs(reading), isDoubtful: isFull(reading), facts };
  }
  if (isExhausted || remaining >= pullsOf(below, limit)) return { verdict: 'stays', facts };
  return { verdict: 'holds', since: at, facts };
}

function pullsOf(threshold: Threshold, limit: number): number {
  return threshold.unit === 'pulls' ? threshold.pulls : threshold.share * limit;
}

type RunningOutCondition = Extract<AlertCondition, { when: 'running_out' }>;

/**
 * The likely exhaustion must be this many times as far away as when the alert fires: forecasts move with every
 * burst.
 */
const CLEAR_FACTOR = 2;
/** How long that must last, in milliseconds (10 minutes). */
const SETTLE_MS = 10 * 60_000;

/**
 * Evaluates whether the forecast says that the bucket will soon be empty, before it refills. Once the bucket is
 * empty, the alert is `overtaken`.
 */
export function evaluateRunningOut(
  members: readonly CredentialSnapshot[],
  { withinMs }: RunningOutCondition,
  { isExhausted, now }: EvaluationContext,
): Evaluation {
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const clear = { verdict: 'clear', at: now, isDoubtful: false, facts } as const;
  if (reading.kind === 'unlimited') return { ...clear, settleMs: 0 };
  if (isExhausted || reading.limited.remaining <= 0) return { verdict: 'overtaken', facts };
  const forecast = forecastOf(members);
  if (forecast?.kind !== 'forecast') return UNKNOWN;
  if (isRunningOut(forecast, now, withinMs)) return { verdict: 'holds', since: now, facts };
  if (isRunningOut(forecast, now, withinMs * CLEAR_FACTOR)) return { verdict: 'stays', facts };
  return { ...clear, settleMs: SETTLE_MS };
}

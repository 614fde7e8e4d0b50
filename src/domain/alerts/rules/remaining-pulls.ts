import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import { isRunningOut } from '../../forecast/forecast.ts';
import type { AlertCondition, Threshold } from './alert-rule.ts';
import {
  type BucketReading,
  bucketFacts,
  forecastOf,
  LONGEST_WINDOW_MS,
  readBucket,
} from './bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from './evaluation.ts';

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

/** The share of the limit from which an exhausted bucket has recovered at once: 0.25, as RateLimitLow. */
const RECOVERED_SHARE = 0.25;
/** The share of the limit from which pulls work again, if it lasts: 0.1. */
const USABLE_SHARE = 0.1;
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
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const { at } = reading;
  if (reading.kind === 'unlimited') return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
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

/** Evaluates whether few pulls are left. Between the two thresholds alerts neither begin nor end. */
export function evaluateLow(
  members: readonly CredentialSnapshot[],
  { below, clearAt }: LowCondition,
  { isExhausted, now }: EvaluationContext,
): Evaluation {
  const reading = readBucket(members);
  if (!reading) return UNKNOWN;
  const facts = bucketFacts(reading, members, now);
  const { at } = reading;
  if (reading.kind === 'unlimited') return { verdict: 'clear', at, settleMs: 0, isDoubtful: false, facts };
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

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
 * For how many intervals a bucket that was nearly dry must stay full until that is believed. The hub said "full" for a
 * moment and went back, as captured on 2021-01-17, at most twice in a row: the third reading tells.
 */
const CONFIRMATION_INTERVALS = 1.5;

/** Whether the hub may be wrong: it says that everything has come back at once. */
function isFull(reading: BucketReading): boolean {
  return reading.kind === 'limited' && reading.limited.remaining >= reading.limited.limit;
}

/** How long a reading must be repeated until it is believed, in milliseconds. */
function confirmationMs(reading: BucketReading): number {
  return reading.kind === 'limited' && isFull(reading) ? reading.intervalMs * CONFIRMATION_INTERVALS : 0;
}

/** From which share of the limit a bucket has recovered at once: 0.25, as RateLimitLow. */
const RECOVERED_SHARE = 0.25;
/** From which share pulls work again, if it lasts: 0.1. */
const USABLE_SHARE = 0.1;
/** For how long that must last, in milliseconds (30 minutes). */
const USABLE_SETTLE_MS = 30 * 60_000;

/**
 * Whether nothing is left. Where many wait, the pulls that come back are gone within minutes: that is still one
 * exhaustion. It is over as soon as a quarter of the limit has come back; with a tenth, when it has not run dry for half
 * an hour; with less, when it has not for a whole window.
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

/** Whether little is left. Between the two thresholds nothing begins and nothing ends. */
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
  // A full bucket is not low, whatever number of pulls the rule asks for.
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

/** The likely end must be so many times as far away as when it fires: a forecast moves with every burst. */
const CLEAR_FACTOR = 2;
/** And for so long, in milliseconds (10 minutes). */
const SETTLE_MS = 10 * 60_000;

/** Whether the forecast says that the bucket is empty soon, before it refills. What has come true is overtaken. */
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

import type { CredentialSnapshot } from '../../../credential-snapshot.ts';
import { isRunningOut } from '../../../forecast/forecast.ts';
import type { AlertCondition } from '../alert-rule.ts';
import { bucketFacts, forecastOf, readBucket } from '../bucket-reading.ts';
import { type Evaluation, type EvaluationContext, UNKNOWN } from '../evaluation.ts';

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

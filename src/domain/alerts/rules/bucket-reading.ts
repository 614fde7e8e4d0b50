import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import type { Limited } from '../../result.ts';
import type { Alert, AlertFacts } from '../alert.ts';

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
    remaining: undefined,
    limit: undefined,
    windowSeconds: undefined,
    before: undefined,
    forecast: undefined,
    trouble: undefined,
    lastSuccessAt: successes.length > 0 ? Math.max(...successes) : undefined,
    at: now,
  };
}

/**
 * Returns the newest forecast of the bucket of these credentials; undefined if there is none. All credentials
 * of a bucket share its forecast.
 */
export function forecastOf(members: readonly CredentialSnapshot[]): AlertFacts['forecast'] {
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
export const LONGEST_WINDOW_MS = 6 * 3_600_000;

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

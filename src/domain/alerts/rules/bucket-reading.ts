import type { CredentialSnapshot } from '../../credential-snapshot.ts';
import type { Limited } from '../../result.ts';
import type { Alert, AlertFacts } from '../alert.ts';

/** What is believed of a bucket now. `at` is when the reading was made, in milliseconds since the epoch. */
export type BucketReading =
  | { readonly kind: 'limited'; readonly at: number; readonly intervalMs: number; readonly limited: Limited }
  | { readonly kind: 'unlimited'; readonly at: number };

/** Readings of several credentials that come closer than this are one round of polls, in milliseconds. */
const SAME_ROUND_MS = 10_000;

/**
 * The newest reading of a bucket by any of its credentials. Those of one round contradict each other by what happened
 * between them: the lowest counts.
 * @returns undefined as soon as the newest one is too old to be believed
 */
export function readBucket(members: readonly CredentialSnapshot[]): BucketReading | undefined {
  const readings = members.flatMap((member) => readingOf(member) ?? []);
  const newestAt = Math.max(...readings.map(({ at }) => at));
  const round = readings.filter(({ at }) => newestAt - at < SAME_ROUND_MS);
  return round.reduce<BucketReading | undefined>((lowest, reading) => {
    return lowest === undefined || remainingOf(reading) < remainingOf(lowest) ? reading : lowest;
  }, undefined);
}

/** What an alert about a bucket says, by this reading. */
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

/** Facts of which only is known when a probe last succeeded. */
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

/** The newest forecast of the bucket: every one of its credentials has the same, unless it was not probed since. */
export function forecastOf(members: readonly CredentialSnapshot[]): AlertFacts['forecast'] {
  return members.find(({ outlook }) => outlook !== undefined)?.outlook?.forecast;
}

/** Of what is empty it is foreseen when it comes back; what was foreseen before says nothing any more. */
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

/** What a window is taken for that the hub does not name, in milliseconds: 6 hours, the longest known. */
export const LONGEST_WINDOW_MS = 6 * 3_600_000;

/**
 * Whether an alert ends whose subject nobody sees any more. Behind an address pool a bucket comes back; after a whole
 * window it has refilled, whoever draws on it now.
 * @param configured names of the credentials there are
 * @param now milliseconds since the epoch
 */
export function isSubjectGone(alert: Alert, configured: ReadonlySet<string>, now: number): boolean {
  if (!alert.credentials.some((name) => configured.has(name))) return true;
  if (alert.subject.kind !== 'bucket') return true;
  const { windowSeconds, at } = alert.facts;
  return now - at >= (windowSeconds === undefined ? LONGEST_WINDOW_MS : windowSeconds * 1_000);
}

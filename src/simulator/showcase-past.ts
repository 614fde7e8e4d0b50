import { parseSource } from '../domain/rate-limit.ts';
import type { Reading } from '../domain/reading.ts';
import { failed } from '../domain/reading.ts';
import type { Observation } from '../domain/result.ts';

/** Length of the history of the showcase, in milliseconds (7 days). */
export const SHOWCASE_PAST_MS = 7 * 86_400_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Observations of the last 26 hours are one minute apart, older ones ten minutes. */
const FINE_MS = 26 * HOUR_MS;
const COARSE_MS = 10 * MINUTE_MS;

/**
 * The pulls that a credential's bucket lost until one of its observations, since the one before. Pulls that came back before
 * the observation are left out: no history shows them.
 */
export interface PastPulls {
  readonly credential: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pulls: number;
}

/** What happened before the showcase begins. */
export interface ShowcasePast {
  /** In the order of time. */
  readonly observations: readonly Observation[];
  /** The pulls of each bucket, by the first of its credentials. */
  readonly pulls: readonly PastPulls[];
}

/** Simulated past use of a bucket. */
interface PastBucket {
  /** Names of the credentials that are metered by this bucket. */
  readonly names: readonly string[];
  readonly source: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /** Returns the average number of requested pulls in a minute. */
  readonly pullsPerMinute: (at: number, untilNowMs: number) => number;
  /** The pulls that remain at the end, where the traffic of the showcase begins. Undefined if chance decides. */
  readonly endsAt?: number;
  /** Reading of the last `forMs` milliseconds in place of the rate limit; undefined if there is none. */
  readonly endsWith?: { readonly forMs: number; readonly reading: Reading };
}

const CUT_OFF = failed('reset', 'The connection was cut by the token service');
const BUCKETS: readonly PastBucket[] = [
  bucket(['web-team'], 'acmeweb', 200, 300, (at) => (isOffice(at) ? 9 : 1)),
  {
    ...bucket(['nightly-builds'], 'acmenightly', 200, 3_600, (at, untilNowMs) =>
      untilNowMs < HOUR_MS ? 2.9 : isNight(at) ? 2.6 : 0.3,
    ),
    endsAt: 28,
  },
  {
    ...bucket(['batch-jobs'], 'acmebatch', 200, 3_600, (at, untilNowMs) =>
      untilNowMs < 1.2 * HOUR_MS ? 8 : isNight(at) ? 2.8 : 0.6,
    ),
    endsAt: 0,
  },
  bucket(['contractor'], 'acmecontractor', 200, 3_600, (at) => (isOffice(at) ? 0.8 : 0)),
  {
    ...bucket(['cluster-a', 'cluster-b', 'cluster-c'], '127.0.0.1', 100, 300, (at) => (isOffice(at) ? 8 : 5)),
    endsAt: 65,
  },
  {
    ...bucket(['edge-site'], 'acmeedge', 200, 3_600, () => 0.4),
    endsWith: { forMs: 3 * HOUR_MS, reading: CUT_OFF },
  },
  {
    ...bucket(['image-scanner'], 'acmescanner', 200, 3_600, () => 1.2),
    endsWith: { forMs: HOUR_MS / 2, reading: { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 } },
  },
];

/**
 * Returns a week of observations before `now` for the credentials of the showcase, with the pulls. Charts and forecasts of
 * the demo start from them.
 * @param now milliseconds since the epoch
 * @param random returns numbers from 0 to 1
 */
export function showcasePast(now: number, random: () => number): ShowcasePast {
  const pasts = BUCKETS.map((past) => simulatePast(past, now, random));
  return {
    observations: pasts.flatMap(({ observations }) => observations).sort((a, b) => a.at - b.at),
    pulls: pasts.flatMap(({ pulls }) => pulls),
  };
}

/** Simulates a sliding window, minute by minute. */
function simulatePast(past: PastBucket, now: number, random: () => number): ShowcasePast {
  const { names, limit, windowSeconds, endsWith, endsAt } = past;
  const windowMinutes = windowSeconds / 60;
  const spent: number[] = [];
  const observations: Observation[] = [];
  const lost: PastPulls[] = [];
  let remaining = limit;
  let unseenMinutes = 0;
  for (let at = now - SHOWCASE_PAST_MS; at < now; at += MINUTE_MS) {
    const untilNowMs = now - at;
    const wanted = Math.round(past.pullsPerMinute(at, untilNowMs) * 2 * random());
    remaining += spent[spent.length - windowMinutes] ?? 0;
    const end = untilNowMs > windowSeconds * 1_000 ? undefined : endsAt;
    const spare = Math.max(0, remaining - (end ?? 0));
    const due = end === undefined ? 0 : Math.ceil(spare / (untilNowMs / MINUTE_MS));
    const pulls = Math.min(Math.max(wanted, due), spare);
    spent.push(pulls);
    remaining -= pulls;
    unseenMinutes += 1;
    if (untilNowMs > FINE_MS && at % COARSE_MS >= MINUTE_MS) continue;
    const seen = spent.slice(-Math.min(unseenMinutes, windowMinutes));
    lost.push({ credential: names[0] ?? '', at, pulls: seen.reduce((sum, count) => sum + count, 0) });
    unseenMinutes = 0;
    const hasEnded = endsWith && untilNowMs <= endsWith.forMs;
    const reading = hasEnded ? endsWith.reading : metered(past, remaining);
    names.forEach((credential, i) => {
      const intervalMs = untilNowMs > FINE_MS ? COARSE_MS : MINUTE_MS;
      observations.push({
        credential,
        at: at + i * 1_000,
        durationMs: 120 + 90 * random(),
        intervalMs,
        reading,
      });
    });
  }
  return { observations, pulls: lost };
}

function metered({ limit, windowSeconds, source }: PastBucket, remaining: number): Reading {
  return { kind: 'metered', rateLimit: { limit, remaining, windowSeconds }, source: parseSource(source) };
}

function bucket(
  names: readonly string[],
  source: string,
  limit: number,
  windowSeconds: number,
  pullsPerMinute: PastBucket['pullsPerMinute'],
): PastBucket {
  return { names, source, limit, windowSeconds, pullsPerMinute };
}

/** Reports whether the time is a weekday from 07:00 to 17:00 UTC. */
function isOffice(at: number): boolean {
  const moment = new Date(at);
  const isWeekend = moment.getUTCDay() % 6 === 0;
  return !isWeekend && moment.getUTCHours() >= 7 && moment.getUTCHours() < 17;
}

function isNight(at: number): boolean {
  return new Date(at).getUTCHours() < 4;
}

import type { CredentialSnapshot, Outlook } from '../../domain/credential-snapshot.ts';
import { BLOCKS, type BlockReason, FAILURES, type FailureReason } from '../../domain/failure.ts';
import { type ForecastReport, reportForecast } from '../../domain/forecast/forecast-report.ts';
import type { Source, SourceKind } from '../../domain/rate-limit.ts';
import { type Status, statusOf } from '../../domain/status.ts';
import { toTimestamp } from '../text.ts';

/** The JSON of a forecast. Unknown values are null. Times are RFC 3339 in UTC. */
interface ForecastJson {
  /** `forecast`, `exhausted`, `too_little_data`, `unlimited` or `unknown`. */
  readonly kind: string;
  /** Time of the reading on which the forecast is based; null if there is none. */
  readonly at: string | null;
  /** Expected demand in the next hour, in pulls per hour. */
  readonly rate_per_hour: number | null;
  /** The range that contains the demand with a probability of 95 %. */
  readonly rate_per_hour_range: { readonly low: number; readonly high: number } | null;
  readonly exhaustion: ForecastReport['exhaustion'];
  readonly risk: ForecastReport['risk'];
  readonly refill: ForecastReport['refill'];
  readonly window: ForecastReport['window'];
  /** Why there is no forecast; null if there is one. */
  readonly reason: string | null;
}

/** Returns the JSON of the forecast of an outlook. */
export function toForecastJson({ forecast }: Outlook): ForecastJson {
  const at = 'at' in forecast ? forecast.at : undefined;
  const report = reportForecast(forecast, at ?? 0);
  const rate = report.ratePerHour;
  return {
    kind: report.kind.replaceAll('-', '_'),
    at: at === undefined ? null : report.at,
    rate_per_hour: rate?.likely ?? null,
    rate_per_hour_range: rate && { low: rate.low, high: rate.high },
    exhaustion: report.exhaustion,
    risk: report.risk,
    refill: report.refill,
    window: report.window,
    reason: report.reason,
  };
}

/** The JSON of a credential in `/api/v1/credentials`. Unknown values are null, never 0. Times are RFC 3339 in UTC. */
export interface CredentialJson {
  readonly name: string;
  /** The labels of its Headroom in a fleet; null for a credential of this Headroom. */
  readonly labels: null;
  /** Whether the credential has a login; false if it is anonymous. */
  readonly login: boolean;
  readonly standing: Status;
  /** Whether the newest probe succeeded; null before the first probe. */
  readonly up: boolean | null;
  /** Pulls. */
  readonly remaining: number | null;
  /** Pulls. */
  readonly limit: number | null;
  readonly window_seconds: number | null;
  readonly source: { readonly value: string; readonly kind: SourceKind } | null;
  readonly bucket: BucketJson | null;
  /** The forecast of the bucket. */
  readonly forecast: ForecastJson | null;
  /** Whether pulls are metered; false means unlimited. */
  readonly enforced: boolean | null;
  readonly downgraded: boolean;
  readonly blocked: BlockJson | null;
  readonly failure: FailureJson | null;
  readonly last_poll: string | null;
  readonly last_success: string | null;
}

/** The JSON of the bucket of a credential. */
interface BucketJson {
  readonly source: string;
  /** How many credentials report this source. */
  readonly size: number;
  /** The names of the first 100 of them. */
  readonly credentials: readonly string[];
  /** The sources between which the credential alternates; null if it has one source. */
  readonly pool: readonly string[] | null;
}

/** How many credentials of a bucket are listed. Each of 1,000 credentials of one bucket would list all the others. */
const MAX_NAMES = 100;

/** The JSON of a block by the hub. */
interface BlockJson {
  readonly reason: BlockReason;
  readonly meaning: string;
  readonly advice: string;
  /** The pause that the hub requests; null if it requests none. */
  readonly retry_after_seconds: number | null;
}

/** The JSON of the failure of the newest probe. */
interface FailureJson {
  readonly reason: FailureReason;
  readonly meaning: string;
  readonly advice: string;
  readonly detail: string;
}

/**
 * Returns the JSON of a credential.
 * @param namesInBucket the names of all credentials with the same source
 */
export function toCredentialJson(
  snapshot: CredentialSnapshot,
  namesInBucket: readonly string[],
): CredentialJson {
  const { limited, source, latest, lastSuccessAt, outlook } = snapshot;
  return {
    name: snapshot.name,
    labels: null,
    login: snapshot.hasLogin,
    standing: statusOf(snapshot),
    up: snapshot.up ?? null,
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
    source: source ? { value: source.value, kind: source.kind } : null,
    bucket: toBucketJson(source, namesInBucket, outlook?.pool?.sources ?? null),
    forecast: outlook ? toForecastJson(outlook) : null,
    enforced: snapshot.enforced ?? null,
    downgraded: snapshot.downgraded,
    blocked: toBlockJson(snapshot),
    failure: toFailureJson(snapshot),
    last_poll: latest ? toTimestamp(latest.at) : null,
    last_success: lastSuccessAt === undefined ? null : toTimestamp(lastSuccessAt),
  };
}

/**
 * Returns the JSON of a bucket; null if the source is unknown.
 * @param names the names of all credentials of one Headroom with this source
 * @param pool the sources between which the credential alternates; null if it has one source
 */
export function toBucketJson(
  source: Source | undefined,
  names: readonly string[],
  pool: readonly string[] | null,
): BucketJson | null {
  if (!source) return null;
  return { source: source.value, size: names.length, credentials: names.slice(0, MAX_NAMES), pool };
}

function toBlockJson({ latest }: CredentialSnapshot): BlockJson | null {
  if (latest?.outcome.kind !== 'blocked') return null;
  const { reason, retryAfterSeconds } = latest.outcome;
  const { meaning, advice } = BLOCKS[reason];
  return { reason, meaning, advice, retry_after_seconds: retryAfterSeconds ?? null };
}

function toFailureJson({ latest }: CredentialSnapshot): FailureJson | null {
  if (latest?.outcome.kind !== 'failed') return null;
  const { reason, detail } = latest.outcome;
  const { meaning, advice } = FAILURES[reason];
  return { reason, meaning, advice, detail };
}

import type { CredentialSnapshot, Outlook } from '../../domain/credential-snapshot.ts';
import { BLOCKS, type BlockReason, FAILURES, type FailureReason } from '../../domain/failure.ts';
import { type ForecastReport, reportForecast } from '../../domain/forecast/forecast-report.ts';
import type { Source, SourceKind } from '../../domain/rate-limit.ts';
import { type Status, statusOf } from '../../domain/status.ts';
import { toTimestamp } from '../text.ts';

/** A forecast as the API shows it. What is not foreseen is null. Times are RFC 3339 in UTC. */
interface ForecastJson {
  /** `forecast`, `exhausted`, `too_little_data`, `unlimited` or `unknown`. */
  readonly kind: string;
  /** When the reading was made that it rests on; null when there is none. */
  readonly at: string | null;
  /** Pulls per hour that are likely to be asked for within the next hour. */
  readonly rate_per_hour: number | null;
  /** Between which it lies, 95 times in 100. */
  readonly rate_per_hour_range: { readonly low: number; readonly high: number } | null;
  readonly exhaustion: ForecastReport['exhaustion'];
  readonly refill: ForecastReport['refill'];
  readonly window: ForecastReport['window'];
  /** Why there is no forecast. */
  readonly reason: string | null;
}

/** Writes a forecast for the API. */
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
    refill: report.refill,
    window: report.window,
    reason: report.reason,
  };
}

/** A credential as `/api/v1/credentials` shows it. What is not known is null, never 0. Times are RFC 3339 in UTC. */
export interface CredentialJson {
  readonly name: string;
  /** What tells its Headroom from the others of the fleet; null for a credential of this one. */
  readonly labels: null;
  /** Whether it is a login, or anonymous. */
  readonly login: boolean;
  readonly standing: Status;
  /** Whether the newest probe worked. */
  readonly up: boolean | null;
  /** Pulls. */
  readonly remaining: number | null;
  /** Pulls. */
  readonly limit: number | null;
  readonly window_seconds: number | null;
  readonly source: { readonly value: string; readonly kind: SourceKind } | null;
  readonly bucket: BucketJson | null;
  /** What is to be expected of the bucket. */
  readonly forecast: ForecastJson | null;
  /** Whether pulls are metered; false is unlimited. */
  readonly enforced: boolean | null;
  readonly downgraded: boolean;
  readonly blocked: BlockJson | null;
  readonly failure: FailureJson | null;
  readonly last_poll: string | null;
  readonly last_success: string | null;
}

/** The bucket that a credential draws on. */
interface BucketJson {
  readonly source: string;
  /** How many credentials report this source. */
  readonly size: number;
  /** The first hundred of them. */
  readonly credentials: readonly string[];
  /** The sources that this credential changes between; null when it leaves by one. */
  readonly pool: readonly string[] | null;
}

/** How many credentials of a bucket are named: a thousand on one address would name each other a million times. */
const MAX_NAMES = 100;

/** Why the hub refuses to talk. */
interface BlockJson {
  readonly reason: BlockReason;
  readonly meaning: string;
  readonly advice: string;
  /** How long the hub asks to wait. */
  readonly retry_after_seconds: number | null;
}

/** Why the newest probe learned nothing. */
interface FailureJson {
  readonly reason: FailureReason;
  readonly meaning: string;
  readonly advice: string;
  readonly detail: string;
}

/**
 * Writes a credential for the API.
 * @param namesInBucket all credentials that report the same source
 */
export function toCredentialJson(view: CredentialSnapshot, namesInBucket: readonly string[]): CredentialJson {
  const { limited, source, latest, lastSuccessAt, outlook } = view;
  return {
    name: view.name,
    labels: null,
    login: view.hasLogin,
    standing: statusOf(view),
    up: view.up ?? null,
    remaining: limited?.remaining ?? null,
    limit: limited?.limit ?? null,
    window_seconds: limited?.windowSeconds ?? null,
    source: source ? { value: source.value, kind: source.kind } : null,
    bucket: toBucketJson(source, namesInBucket, outlook?.pool?.sources ?? null),
    forecast: outlook ? toForecastJson(outlook) : null,
    enforced: view.enforced ?? null,
    downgraded: view.downgraded,
    blocked: toBlockJson(view),
    failure: toFailureJson(view),
    last_poll: latest ? toTimestamp(latest.at) : null,
    last_success: lastSuccessAt === undefined ? null : toTimestamp(lastSuccessAt),
  };
}

/**
 * Writes a bucket for the API; null where the source is not known.
 * @param names all credentials of one Headroom that report the source
 * @param pool the sources that the credential changes between
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

import { readRetryAfter } from '../kit/http/answer.ts';
import type { BlockReason, FailureReason } from './failure.ts';
import {
  type HeaderLookup,
  parseSource,
  type RateLimit,
  readRateLimitHeaders,
  type Source,
} from './rate-limit.ts';

/**
 * The content of one answer of the hub, independent of earlier answers. Its outcome can depend on them (see `conclude` in
 * credential-state.ts): one answer without headers does not mean unlimited.
 */
export type Reading =
  | { readonly kind: 'metered'; readonly rateLimit: RateLimit; readonly source: Source | undefined }
  | { readonly kind: 'unmetered'; readonly source: Source | undefined }
  | Blocked
  | Failed;

/** The hub temporarily rejects all requests of this address or account. This is not the pull limit. */
export interface Blocked {
  readonly kind: 'blocked';
  readonly reason: BlockReason;
  /** Seconds to wait, from `Retry-After`; undefined when the hub did not send it. */
  readonly retryAfterSeconds: number | undefined;
}

/** The probe failed: the limit remains unknown. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  /** One sentence for the user, without secrets. */
  readonly detail: string;
}

/** The parts of an answer to a HEAD of a manifest that are read. */
export interface Answer {
  readonly status: number;
  readonly header: HeaderLookup;
}

/** The longest `Retry-After` that is accepted, in seconds (1 hour). */
const MAX_RETRY_AFTER_SECONDS = 3_600;
const MANIFEST_TYPE = /^application\/vnd\.(?:oci\.image|docker\.distribution)\./i;

/**
 * Reads the answer to a HEAD of a manifest.
 *
 * Limits are read from 200, 404 and 429 only: a 401 contains `docker-ratelimit-source`, but no reliable numbers.
 * @param now milliseconds since the epoch, for a `Retry-After` given as a date
 */
export function readAnswer(answer: Answer, now: number): Reading {
  const { status, header } = answer;
  if (status === 200 || status === 404 || status === 429) {
    const headers = readRateLimitHeaders(header);
    const source = parseSource(header('docker-ratelimit-source'));
    if (headers.kind === 'present') return { kind: 'metered', rateLimit: headers.rateLimit, source };
    if (headers.kind === 'invalid') return failed('invalid_header', headers.detail);
    if (status === 200 && isRegistryAnswer(header)) return { kind: 'unmetered', source };
  }
  if (status === 429) return blocked('abuse', header('retry-after'), now);
  return failed(reasonFor(status), `The hub answered ${status}`);
}

/** Returns a blocked reading with the pause of `Retry-After` (RFC 9110, section 10.2.3), at most one hour. */
export function blocked(reason: BlockReason, retryAfter: string | undefined, now: number): Blocked {
  const seconds = Math.ceil((readRetryAfter(retryAfter, now) ?? 0) / 1_000);
  return {
    kind: 'blocked',
    reason,
    retryAfterSeconds: seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined,
  };
}

/** Returns a failed reading. */
export function failed(reason: FailureReason, detail: string): Failed {
  return { kind: 'failed', reason, detail };
}

function isRegistryAnswer(header: HeaderLookup): boolean {
  return (
    header('docker-distribution-api-version') !== undefined ||
    MANIFEST_TYPE.test(header('content-type') ?? '')
  );
}

function reasonFor(status: number): FailureReason {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 407) return 'proxy';
  if (status >= 500) return 'server_error';
  return 'unexpected_response';
}

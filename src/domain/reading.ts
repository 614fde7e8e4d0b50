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
 * What one answer of the hub says, taken by itself. What it *means* can depend on the answers before it
 * (see `conclude` in outcome.ts): one answer without headers is not yet "unlimited".
 */
export type Reading =
  | { readonly kind: 'metered'; readonly rateLimit: RateLimit; readonly source: Source | undefined }
  | { readonly kind: 'unmetered'; readonly source: Source | undefined }
  | Blocked
  | Failed;

/** The hub refuses to talk to this address or account for a while. This is not the pull limit. */
export interface Blocked {
  readonly kind: 'blocked';
  readonly reason: BlockReason;
  /** Seconds the hub asks to wait, undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined;
}

/** The probe learned nothing about the limit. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  /** One sentence for a person, without secrets. */
  readonly detail: string;
}

/** What is looked at in the answer to a HEAD of a manifest. */
export interface Answer {
  readonly status: number;
  readonly header: HeaderLookup;
}

/** Longest pause that a `Retry-After` is believed for, in seconds (1 hour). */
const MAX_RETRY_AFTER_SECONDS = 3_600;
const MANIFEST_TYPE = /^application\/vnd\.(?:oci\.image|docker\.distribution)\./i;

/**
 * Reads the answer to a HEAD of a manifest.
 *
 * Limits count on 200, 404 and 429 only: a 401 carries `docker-ratelimit-source`, but no numbers to believe.
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

/** A block, with the pause the hub asks for (RFC 9110, section 10.2.3: seconds or a date), at most one hour. */
export function blocked(reason: BlockReason, retryAfter: string | undefined, now: number): Blocked {
  const seconds = Math.ceil((readRetryAfter(retryAfter, now) ?? 0) / 1_000);
  return {
    kind: 'blocked',
    reason,
    retryAfterSeconds: seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined,
  };
}

/** A probe that learned nothing. */
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

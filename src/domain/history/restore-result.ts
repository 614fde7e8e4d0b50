import { believe, believeLimit, isBelievable } from '../believable.ts';
import { FAILURES, type FailureReason } from '../failure.ts';
import { parseSource, type Source } from '../rate-limit.ts';
import type { Outcome, Result } from '../result.ts';

/** The fields of a stored outcome. Each may contain any value, or be absent. */
export interface StoredOutcomeFields {
  readonly kind?: unknown;
  readonly reason?: unknown;
  readonly detail?: unknown;
  readonly limit?: unknown;
  readonly remaining?: unknown;
  readonly windowSeconds?: unknown;
  readonly source?: Source | undefined;
  readonly downgraded?: unknown;
  readonly retryAfterSeconds?: unknown;
}

/**
 * Returns the outcome of stored fields, written by any version of Headroom. Invalid fields become the failure `internal`,
 * so that a page can show the broken record among the others.
 */
export function restoreOutcome(stored: StoredOutcomeFields): Outcome {
  const { kind, reason, source } = stored;
  if (kind === 'limited') {
    const rateLimit = believeLimit({
      limit: stored.limit,
      remaining: stored.remaining,
      windowSeconds: stored.windowSeconds,
    });
    if (rateLimit) return { kind, ...rateLimit, source, downgraded: stored.downgraded === true };
  }
  if (kind === 'unlimited') return { kind, source };
  if (kind === 'blocked' && (reason === 'abuse' || reason === 'login')) {
    return { kind, reason, retryAfterSeconds: believe('spanMs', stored.retryAfterSeconds) };
  }
  if (kind === 'failed' && isFailureReason(reason)) {
    return { kind, reason, detail: typeof stored.detail === 'string' ? stored.detail : '' };
  }
  return { kind: 'failed', reason: 'internal', detail: 'The stored result cannot be read' };
}

/**
 * Returns the result of parsed JSON.
 * @returns undefined when the name, an instant or a duration is invalid
 */
export function restoreResult(value: unknown): Result | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { credential, at, durationMs, intervalMs, outcome } = value as Record<string, unknown>;
  if (typeof credential !== 'string' || typeof outcome !== 'object' || outcome === null) return undefined;
  if (!isBelievable('instantMs', at) || !isBelievable('spanMs', durationMs)) return undefined;
  if (!isBelievable('spanMs', intervalMs)) return undefined;
  const { source, ...fields } = outcome as Record<string, unknown>;
  const text =
    typeof source === 'object' && source !== null ? (source as { value?: unknown }).value : undefined;
  const restored = restoreOutcome({
    ...fields,
    source: parseSource(typeof text === 'string' ? text : undefined),
  });
  return { credential, at, durationMs, intervalMs, outcome: restored };
}

function isFailureReason(reason: unknown): reason is FailureReason {
  return typeof reason === 'string' && Object.hasOwn(FAILURES, reason);
}

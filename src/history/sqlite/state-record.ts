import { believe } from '../../domain/believable.ts';
import {
  type CredentialIdentity,
  type CredentialState,
  initialState,
  type KnownResult,
} from '../../domain/credential-state.ts';
import { restoreResult } from '../../domain/history/restore-result.ts';
import type { Result } from '../../domain/result.ts';
import { redact } from '../../kit/foreign-text.ts';

/**
 * The stored part of a credential's state, without its counters. After a kill, stored counters would be slightly lower
 * than the last scraped values, and Prometheus would count all of it again. They start at 0 as after any restart.
 */
type StateRecord = Pick<CredentialState, 'latest' | 'known' | 'headerlessInARow' | 'usualLimit'>;

/** Serializes a state as JSON, without secrets. `parseState()` of the same schema version can read it. */
export function serializeState({ latest, known, headerlessInARow, usualLimit }: CredentialState): string {
  const record: StateRecord = { latest: latest && redacted(latest), known, headerlessInARow, usualLimit };
  return JSON.stringify(record);
}

/**
 * Parses a serialized state.
 * @param now the current time in milliseconds since the epoch; results after it are discarded, as the clock was set back
 */
export function parseState(text: string, identity: CredentialIdentity, now: number): CredentialState {
  const record: Readonly<Record<keyof StateRecord, unknown>> = JSON.parse(text);
  const initial = initialState(identity);
  const usualLimit = believe('limit', record.usualLimit);
  const latest = restoreResult(record.latest);
  const known = restoreResult(record.known);
  if (latest && latest.at > now) return { ...initial, usualLimit };
  return {
    ...initial,
    latest,
    known: known && isKnown(known) ? known : undefined,
    headerlessInARow: believe('limit', record.headerlessInARow) ?? 0,
    usualLimit,
  };
}

function isKnown(result: Result): result is KnownResult {
  return result.outcome.kind === 'limited' || result.outcome.kind === 'unlimited';
}

function redacted(result: Result): Result {
  const { outcome } = result;
  if (outcome.kind !== 'failed') return result;
  return { ...result, outcome: { ...outcome, detail: redact(outcome.detail) } };
}

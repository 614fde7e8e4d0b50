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
 * What is kept of a credential's state. Not its counters: after a kill they would be a little lower than what was
 * scraped before, which Prometheus takes for everything counted anew. They begin at 0, as counters do at a restart.
 */
type StateRecord = Pick<CredentialState, 'latest' | 'known' | 'headerlessInARow' | 'usualLimit'>;

/** Writes down a state; the same schema version always reads it. */
export function serializeState({ latest, known, headerlessInARow, usualLimit }: CredentialState): string {
  const record: StateRecord = { latest: latest && redacted(latest), known, headerlessInARow, usualLimit };
  return JSON.stringify(record);
}

/**
 * Reads a state again.
 * @param now milliseconds since the epoch: what is said to be learned later is not believed, the clock was set back
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

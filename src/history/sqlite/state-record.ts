import {
  type CredentialIdentity,
  type CredentialState,
  initialState,
  type KnownResult,
} from '../../domain/credential-state.ts';
import { redact } from '../../domain/redact.ts';
import type { Result } from '../../domain/result.ts';

/**
 * What is kept of a credential's state. Not its counters: after a kill they would be a little lower than what was
 * scraped before, which Prometheus takes for everything counted anew. They begin at 0, as counters do at a restart.
 */
type StateRecord = Pick<CredentialState, 'latest' | 'known' | 'headerlessInARow' | 'usualLimit'>;

/** Writes down a state; the same schema version always reads it. */
export function writeState({ latest, known, headerlessInARow, usualLimit }: CredentialState): string {
  const record: StateRecord = { latest: latest && redacted(latest), known, headerlessInARow, usualLimit };
  return JSON.stringify(record);
}

/**
 * Reads a state again.
 * @param now milliseconds since the epoch: what is said to be learned later is not believed, the clock was set back
 */
export function readState(text: string, identity: CredentialIdentity, now: number): CredentialState {
  const record = JSON.parse(text) as StateRecord;
  const initial = initialState(identity);
  if (record.latest && record.latest.at > now) return { ...initial, usualLimit: record.usualLimit };
  return {
    ...initial,
    latest: record.latest && restored(record.latest),
    known: record.known && (restored(record.known) as KnownResult),
    headerlessInARow: record.headerlessInARow,
    usualLimit: record.usualLimit,
  };
}

function redacted(result: Result): Result {
  const { outcome } = result;
  if (outcome.kind !== 'failed') return result;
  return { ...result, outcome: { ...outcome, detail: redact(outcome.detail) } };
}

/** JSON leaves out what is undefined; a result has every key. */
function restored(result: Result): Result {
  const { outcome } = result;
  switch (outcome.kind) {
    case 'limited': {
      const { windowSeconds, source } = outcome;
      return { ...result, outcome: { ...outcome, windowSeconds, source } };
    }
    case 'unlimited':
      return { ...result, outcome: { ...outcome, source: outcome.source } };
    case 'blocked':
      return { ...result, outcome: { ...outcome, retryAfterSeconds: outcome.retryAfterSeconds } };
    case 'failed':
      return result;
  }
}

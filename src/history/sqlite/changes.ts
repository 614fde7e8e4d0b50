import { isBelievable } from '../../domain/believable.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/query.ts';
import type { PastTables } from './history-file.ts';
import type { StoredEvent } from './tables/event-table.ts';

/** The values whose changes are stored as events, with the kind of the event. */
const WATCHED = {
  limit: 'limit',
  windowSeconds: 'window',
  source: 'source',
} as const;

/**
 * Returns the changes of limit, window and source between the last known result of a credential and its newest one. A
 * value that one of them does not report is no change.
 */
export function changesBetween(before: CredentialState, after: CredentialState): StoredEvent[] {
  const [old, known] = [before.known?.outcome, after.known];
  const next = known?.outcome;
  if (!known || known === before.known || old?.kind !== 'limited' || next?.kind !== 'limited') return [];
  const values = (limited: typeof old) => ({ ...limited, source: limited.source?.value });
  const [from, to] = [values(old), values(next)];
  return Object.entries(WATCHED).flatMap(([key, kind]) => {
    const [was, is] = [from[key as keyof typeof WATCHED], to[key as keyof typeof WATCHED]];
    const isChange = was !== undefined && is !== undefined && was !== is;
    return isChange ? [{ at: known.at, kind, detail: JSON.stringify({ from: was, to: is }) }] : [];
  });
}

const KINDS: ReadonlySet<string> = new Set<HistoryChange['kind']>(['limit', 'window', 'source']);

/** Reads the changes of one credential, in the order in which they were stored; other events are left out. */
export function readChanges(
  { events }: PastTables,
  credentialId: number,
  { from, to }: HistorySpan,
): HistoryChange[] {
  return events
    .between(credentialId, from, to)
    .filter(({ kind }) => KINDS.has(kind))
    .flatMap(({ at, kind, detail }) => readChange(kind as HistoryChange['kind'], at, detail) ?? []);
}

/** Parses a change; returns undefined for one that is not valid. */
function readChange(kind: HistoryChange['kind'], at: number, detail: string): HistoryChange | undefined {
  try {
    const { from, to } = JSON.parse(detail);
    if (kind === 'source') {
      return typeof from === 'string' && typeof to === 'string' ? { kind, at, from, to } : undefined;
    }
    const quantity = kind === 'limit' ? 'limit' : 'windowSeconds';
    return isBelievable(quantity, from) && isBelievable(quantity, to) ? { kind, at, from, to } : undefined;
  } catch {
    return undefined;
  }
}

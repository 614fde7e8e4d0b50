import { isBelievable } from '../../domain/believable.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/query.ts';
import type { PastTables } from './history-file.ts';
import type { StoredEvent } from './tables/event-table.ts';

/** What is worth an event when it changes, and the kind of that event. */
const WATCHED = {
  limit: 'limit',
  windowSeconds: 'window',
  source: 'source',
} as const;

/**
 * The changes of limit, window and source that a credential's newest answer shows, compared to the last one with a
 * limit. What an answer does not say is no change.
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

/** Reads the changes of one credential, in the order in which they were seen; other events are left out. */
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

/** A change that cannot be read is left out. */
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

import { isBelievable } from '../../domain/believable.ts';
import type { HistoryChange, HistorySpan } from '../../domain/history/change.ts';
import type { PastTables } from './history-file.ts';

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

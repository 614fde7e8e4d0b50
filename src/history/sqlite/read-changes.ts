import type { HistoryChange, HistorySpan } from '../../domain/history-change.ts';
import type { HistoryFile } from './history-file.ts';

const KINDS: ReadonlySet<string> = new Set<HistoryChange['kind']>(['limit', 'window', 'source']);

/** Reads the changes of one credential, in the order in which they were seen; other events are left out. */
export function readChanges(
  { events }: HistoryFile,
  credentialId: number,
  { from, to }: HistorySpan,
): HistoryChange[] {
  return events
    .between(credentialId, from, to)
    .filter(({ kind }) => KINDS.has(kind))
    .map(({ at, kind, detail }) => ({ ...JSON.parse(detail), at, kind }) as HistoryChange);
}

import { LONG_CELL_MS, SHORT_CELL_MS } from '../../domain/history/query.ts';
import type { HistoryFile } from './history-file.ts';
import { readExplained, rollUp, SETTLE_MS } from './roll-up.ts';
import type { CredentialKey, StoredCredential } from './tables/credential-table.ts';

/** How long the history keeps what, in milliseconds. */
export interface Retention {
  /** Every result. */
  readonly samplesMs: number;
  /** Cells and events. */
  readonly rollupsMs: number;
}

/** How long every result is kept: 7 days, in milliseconds. */
const SAMPLES_MS = 7 * 86_400_000;

/** @param retentionMs `history.retention`, in milliseconds */
export function retentionFor(retentionMs: number): Retention {
  return { samplesMs: Math.min(SAMPLES_MS, retentionMs), rollupsMs: retentionMs };
}

/** What the housekeeper is given. */
interface MaintenancePorts {
  readonly retention: Retention;
  /** Whether a credential is one of those that are polled. */
  readonly isConfigured: (key: CredentialKey) => boolean;
}

/** Sums up what is complete and removes what is too old, a little at a time. */
export interface Maintenance {
  /**
   * Does one small piece of work: an hour of one credential.
   * @param now milliseconds since the epoch
   * @returns whether there may be more to do
   */
  step(file: HistoryFile, now: number): boolean;
}

/** How long a credential with nothing to do is left alone, in milliseconds: 10 minutes. */
const PAUSE_MS = 600_000;

/** Creates a housekeeper for one file. */
export function createMaintenance({ retention: keeping, isConfigured }: MaintenancePorts): Maintenance {
  /** When each credential is looked at next, in milliseconds since the epoch. */
  const nextAt = new Map<number, number>();
  let eventsNextAt = 0;

  function tidy(file: HistoryFile, credential: StoredCredential, now: number): void {
    const { id, rolledUntil } = credential;
    file.samples.removeBefore(id, Math.min(now - keeping.samplesMs, rolledUntil));
    file.rollups.removeBefore(id, now - keeping.rollupsMs);
    const isOver = !isConfigured(credential) && file.samples.firstAt(id, 0) === undefined;
    if (isOver && file.rollups.isEmpty(id)) file.credentials.remove(id);
  }

  return {
    step(file, now) {
      if (isDue(eventsNextAt, now)) {
        file.transaction(() => file.events.removeBefore(now - keeping.rollupsMs));
        eventsNextAt = now + PAUSE_MS;
        return true;
      }
      const credential = file.credentials.all().find(({ id }) => isDue(nextAt.get(id) ?? 0, now));
      if (!credential) return false;
      // First of all, so that one with a fault does not keep the others waiting for ever.
      nextAt.set(credential.id, now + PAUSE_MS);
      file.transaction(() => {
        if (rollHour(file, credential, now)) nextAt.delete(credential.id);
        else tidy(file, credential, now);
      });
      return true;
    },
  };
}

/** @returns whether there was a complete hour to sum up */
function rollHour(file: HistoryFile, { id, rolledUntil }: StoredCredential, now: number): boolean {
  const firstAt = file.samples.firstAt(id, rolledUntil);
  if (firstAt === undefined) return false;
  const from = Math.floor(firstAt / LONG_CELL_MS) * LONG_CELL_MS;
  const to = from + LONG_CELL_MS;
  if (now < to + SETTLE_MS) return false;
  const explained = readExplained(file, id, from, to);
  for (const cell of rollUp(explained, SHORT_CELL_MS, from, to)) file.rollups.put(id, 5, cell);
  for (const cell of rollUp(explained, LONG_CELL_MS, from, to)) file.rollups.put(id, 60, cell);
  for (const { to: at, spent } of explained.steps) {
    if (at >= from && at < to) file.samples.setSpent(id, at, spent);
  }
  file.credentials.setRolledUntil(id, to);
  return true;
}

/** Whether it is time; a clock that was set back must not keep anything waiting. */
function isDue(nextAt: number, now: number): boolean {
  return nextAt <= now || nextAt > now + PAUSE_MS;
}

import { LONG_CELL_MS, SHORT_CELL_MS } from '../../domain/history/query.ts';
import type { HistoryFile } from './history-file.ts';
import { readExplained, rollUp, SETTLE_MS } from './roll-up.ts';
import type { CredentialKey, StoredCredential } from './tables/credential-table.ts';

/** The retention of the history, in milliseconds. */
export interface Retention {
  /** Retention of single results. */
  readonly samplesMs: number;
  /** Retention of aggregated cells and events. */
  readonly rollupsMs: number;
}

/** The maximum retention of single results: 7 days, in milliseconds. */
const SAMPLES_MS = 7 * 86_400_000;

/**
 * Returns the retention of results and of cells.
 * @param retentionMs `history.retention`, in milliseconds
 */
export function retentionFor(retentionMs: number): Retention {
  return { samplesMs: Math.min(SAMPLES_MS, retentionMs), rollupsMs: retentionMs };
}

/** The dependencies of the maintenance. */
interface MaintenancePorts {
  readonly retention: Retention;
  /** Reports whether a credential is configured. */
  readonly isConfigured: (key: CredentialKey) => boolean;
}

/** Aggregates complete hours and removes expired data, in small steps. */
export interface Maintenance {
  /**
   * Performs one step: an hour of one credential.
   * @param now milliseconds since the epoch
   * @returns whether there may be more work
   */
  step(file: HistoryFile, now: number): boolean;
}

/** The retention of counted events in milliseconds (2 days). API servers delete events after an hour by default. */
const COUNTED_EVENTS_MS = 172_800_000;
/** The pause of a credential without work, in milliseconds: 10 minutes. */
const PAUSE_MS = 600_000;

/** Creates the maintenance of one file. */
export function createMaintenance({ retention: keeping, isConfigured }: MaintenancePorts): Maintenance {
  /** When each credential is checked next, in milliseconds since the epoch. */
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
        file.transaction(() => {
          file.events.removeBefore(now - keeping.rollupsMs);
          file.attempts.removeBefore(now - keeping.rollupsMs, now - COUNTED_EVENTS_MS);
          file.usage.removeBefore(now - keeping.rollupsMs);
        });
        eventsNextAt = now + PAUSE_MS;
        return true;
      }
      const credential = file.credentials.all().find(({ id }) => isDue(nextAt.get(id) ?? 0, now));
      if (!credential) return false;
      // Set first, so that a credential whose step fails does not block the others.
      nextAt.set(credential.id, now + PAUSE_MS);
      file.transaction(() => {
        if (rollHour(file, credential, now)) nextAt.delete(credential.id);
        else tidy(file, credential, now);
      });
      return true;
    },
  };
}

/** Aggregates the next complete hour of a credential; returns whether there was one. */
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

/** Reports whether a time is reached, also after the clock was set back. */
function isDue(nextAt: number, now: number): boolean {
  return nextAt <= now || nextAt > now + PAUSE_MS;
}

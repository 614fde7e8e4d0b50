import { believe } from '../../../domain/believable.ts';
import type { SqlDatabase } from '../sql-database.ts';

/** The lengths of stored cells, in minutes. */
export type CellMinutes = 5 | 60;

/** The aggregate of the results of a credential in a cell of time. */
export interface Cell {
  /** Milliseconds since the epoch, a multiple of the cell's length. */
  readonly startAt: number;
  /** The outcome of the newest probe. */
  readonly outcomeId: number;
  /** The newest outcome with a limit; null without one. */
  readonly limitedId: number | null;
  /** The least, the most and the last remaining pulls; null without a credible reading. */
  readonly min: number | null;
  readonly max: number | null;
  readonly last: number | null;
  /** Pulls spent; null if it is unknown. */
  readonly spent: number | null;
  /** The part of the cell in which spending was observed, in seconds. */
  readonly observedSeconds: number;
}

/** The cells of 5 minutes and of an hour. */
export interface RollupTable {
  /** Inserts or replaces a cell. */
  put(credentialId: number, minutes: CellMinutes, cell: Cell): void;
  /** Returns the cells that start from `from` (included) to `to` (not included), in chronological order. */
  between(credentialId: number, minutes: CellMinutes, from: number, to: number): Cell[];
  /**
   * Returns the hours from `from` on in which a credential reported more than one source, according to the cells of 5 minutes.
   * @returns the starts of the hours, in milliseconds since the epoch
   */
  hoursWithSeveralSources(credentialId: number, from: number): ReadonlySet<number>;
  /** Removes the cells that start before an instant, in milliseconds since the epoch. */
  removeBefore(credentialId: number, at: number): void;
  /** Reports whether a credential has no cells. */
  isEmpty(credentialId: number): boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Opens the table `rollup`. */
export function openRollupTable(database: SqlDatabase): RollupTable {
  const insert = database.prepare('INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const select = database.prepare(
    `SELECT cell, outcome_id, limited_id, remaining_min, remaining_max, remaining_last, spent, observed_seconds
     FROM rollup WHERE credential_id = ? AND minutes = ? AND cell >= ? AND cell < ? ORDER BY cell`,
  );
  const mixed = database.prepare(
    `SELECT cell / 12 FROM rollup JOIN outcome ON outcome.id = limited_id
     WHERE credential_id = ? AND minutes = 5 AND cell >= ?
     GROUP BY cell / 12 HAVING count(DISTINCT ifnull(source, '')) > 1`,
  );
  const remove = database.prepare('DELETE FROM rollup WHERE credential_id = ? AND minutes = ? AND cell < ?');
  const any = database.prepare('SELECT 1 FROM rollup WHERE credential_id = ? LIMIT 1');
  return {
    put(credentialId, minutes, { startAt, outcomeId, limitedId, min, max, last, spent, observedSeconds }) {
      const cell = startAt / (minutes * MINUTE_MS);
      insert.run(credentialId, minutes, cell, outcomeId, limitedId, min, max, last, spent, observedSeconds);
    },
    between(credentialId, minutes, from, to) {
      const cellMs = minutes * MINUTE_MS;
      return select
        .rows(credentialId, minutes, Math.ceil(from / cellMs), Math.ceil(to / cellMs))
        .map(([cell, outcomeId, limitedId, min, max, last, spent, observedSeconds]) => ({
          startAt: Number(cell) * cellMs,
          outcomeId: Number(outcomeId),
          limitedId: limitedId as number | null,
          min: believe('remaining', min) ?? null,
          max: believe('remaining', max) ?? null,
          last: believe('remaining', last) ?? null,
          spent: believe('remaining', spent) ?? null,
          observedSeconds: Number(observedSeconds),
        }));
    },
    hoursWithSeveralSources: (credentialId, from) =>
      new Set(
        mixed.rows(credentialId, Math.floor(from / HOUR_MS) * 12).map(([hour]) => Number(hour) * HOUR_MS),
      ),
    removeBefore(credentialId, at) {
      for (const minutes of [5, 60])
        remove.run(credentialId, minutes, Math.floor(at / (minutes * MINUTE_MS)));
    },
    isEmpty: (credentialId) => any.rows(credentialId).length === 0,
  };
}

import { openSqlDatabase, type SqlDatabase } from '../../src/history/sqlite/sql-database.ts';

/** What a long life of Headroom leaves in its history. */
export interface LongLife {
  readonly credentials: number;
  /** Days of cells. */
  readonly days: number;
  /** The last days of them, of which every result is there. */
  readonly sampleDays: number;
  /** When it ends: the start of an hour, in milliseconds since the epoch. */
  readonly until: number;
}

const HOUR_MS = 3_600_000;

/**
 * Fills a history file hour by hour, as it grows by itself, so that its pages are as full as they would be.
 * The file must have been made, with its credentials numbered from 1, and one limited outcome.
 */
export function fillHistory(path: string, { credentials, days, sampleDays, until }: LongLife): void {
  const database = openSqlDatabase(path);
  // The file is thrown away after the benchmark: nothing has to survive a crash.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000');
  const numbers = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => i));
  const ids = JSON.stringify(Array.from({ length: credentials }, (_, i) => i + 1));
  const fillCells = prepareCells(database);
  const fillSamples = prepareSamples(database);
  for (let hour = until / HOUR_MS - days * 24; hour < until / HOUR_MS; hour += 1) {
    database.exec('BEGIN');
    fillCells.run(5, hour * 12, ids, numbers(12));
    fillCells.run(60, hour, ids, numbers(1));
    if (hour >= until / HOUR_MS - sampleDays * 24) fillSamples.run(hour * HOUR_MS, ids, numbers(60));
    database.exec('COMMIT');
  }
  database.exec(`UPDATE credential SET rolled_until = ${until}`);
  database.close();
}

function prepareCells(database: SqlDatabase) {
  return database.prepare(
    `INSERT OR REPLACE INTO rollup
     SELECT id.value, ?1, ?2 + cell.value, 1, 1, 60, 80, 70, (id.value + cell.value) % 7, ?1 * 60
     FROM json_each(?3) AS id CROSS JOIN json_each(?4) AS cell`,
  );
}

function prepareSamples(database: SqlDatabase) {
  return database.prepare(
    `INSERT OR REPLACE INTO sample
     SELECT id.value, ?1 + minute.value * 60000 + id.value * 10, 1, 40 + (minute.value + id.value) % 50, 1, 180, NULL
     FROM json_each(?2) AS id CROSS JOIN json_each(?3) AS minute`,
  );
}

import { onlyValue, type SqlDatabase } from './sql-database.ts';
import { HistoryFileError } from './sql-fault.ts';

/** Marks a file as Headroom's, in its header (https://www.sqlite.org/pragma.html#pragma_application_id): `Hdrm`. */
const APPLICATION_ID = 0x4864726d;

/**
 * Each brings a file from the version of its index to the next one. One that has been released is never changed.
 *
 * Instants are milliseconds since the epoch. `sample` is keyed by credential first, so that a chart reads neighbours;
 * what repeats (limit, window, source, reason) stands once in `outcome`. `rollup.cell` counts cells of so many `minutes`
 * since the epoch. An event without a credential belongs to alerting.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE credential (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT,
    rolled_until INTEGER NOT NULL,
    UNIQUE (name, fingerprint)
  ) STRICT;
  CREATE TABLE outcome (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT,
    pulls INTEGER,
    window_seconds INTEGER,
    source TEXT,
    downgraded INTEGER,
    retry_after_seconds INTEGER
  ) STRICT;
  CREATE TABLE sample (
    credential_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome_id INTEGER NOT NULL,
    remaining INTEGER,
    spent INTEGER,
    duration_ms INTEGER NOT NULL,
    detail TEXT,
    PRIMARY KEY (credential_id, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rollup (
    credential_id INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    outcome_id INTEGER NOT NULL,
    limited_id INTEGER,
    remaining_min INTEGER,
    remaining_max INTEGER,
    remaining_last INTEGER,
    spent INTEGER,
    observed_seconds INTEGER NOT NULL,
    PRIMARY KEY (credential_id, minutes, cell)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    credential_id INTEGER,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_at ON event (at);
  `,
  `
  CREATE TABLE alert_document (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX event_of ON event (credential_id, at);
  `,
  `
  CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/** The version of the schema that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Checks that a file is Headroom's, or empty, and not of a newer version.
 * @throws HistoryFileError when it is not
 */
export function checkOrigin(database: SqlDatabase, path: string): void {
  const version = versionOf(database);
  const isOurs = onlyValue(database, 'PRAGMA application_id') === APPLICATION_ID;
  const isEmpty = onlyValue(database, 'SELECT count(*) FROM sqlite_master') === 0;
  if (!isOurs && !isEmpty) {
    throw new HistoryFileError(
      `The history file is a database of another program: ${path}. Give another history.path`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new HistoryFileError(
      `The history file was written by a newer Headroom: ${path} has schema ${version}, this program knows ${SCHEMA_VERSION}. Run the newer program, or give another history.path`,
    );
  }
}

/** Brings a file to `SCHEMA_VERSION`; each step is done wholly or not at all. */
export function migrate(database: SqlDatabase): void {
  const version = versionOf(database);
  MIGRATIONS.slice(version).forEach((sql, i) => {
    database.exec(
      `BEGIN IMMEDIATE; PRAGMA application_id = ${APPLICATION_ID}; ${sql}; PRAGMA user_version = ${version + i + 1}; COMMIT;`,
    );
  });
}

function versionOf(database: SqlDatabase): number {
  return Number(onlyValue(database, 'PRAGMA user_version'));
}

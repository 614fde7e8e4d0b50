import { onlyValue, type SqlDatabase } from './sql-database.ts';
import { HistoryFileError } from './sql-fault.ts';

/** The application id in the file header, `Hdrm` (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x4864726d;

/**
 * Migrations by schema version: each upgrades a file from the version of its index to the next. A released one never changes.
 *
 * Instants are milliseconds since the epoch. `sample` is keyed by credential first, so that a chart reads neighbours;
 * what repeats (limit, window, source, reason) stands once in `outcome`. `rollup.cell` counts cells of so many `minutes`
 * since the epoch. An event without a credential belongs to alerting. `pull_attempt` repeats where it came from by
 * `origin_id`; `counted_event` holds how often each event object of a cluster was counted. `usage_row.hour` counts hours since
 * the epoch; 0 holds the sums of removed rows. `usage_row.row` is a hash of the values of the row.
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
  `
  CREATE TABLE pull_origin (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    workload TEXT NOT NULL,
    node TEXT NOT NULL,
    image TEXT NOT NULL,
    credential TEXT NOT NULL,
    labels TEXT NOT NULL,
    UNIQUE (cluster, namespace, workload, node, image, credential, labels)
  ) STRICT;
  CREATE TABLE pull_attempt (
    key TEXT PRIMARY KEY,
    origin_id INTEGER NOT NULL,
    pod TEXT NOT NULL,
    container TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL,
    refusal TEXT,
    attempts INTEGER NOT NULL,
    low REAL NOT NULL,
    high REAL NOT NULL,
    image_bytes INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pull_attempt_at ON pull_attempt (started_at);
  CREATE INDEX pull_attempt_of ON pull_attempt (origin_id);
  CREATE TABLE counted_event (
    cluster TEXT NOT NULL,
    uid TEXT NOT NULL,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cluster, uid)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE usage_spender (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    repository TEXT NOT NULL,
    token TEXT NOT NULL,
    addresses TEXT NOT NULL,
    UNIQUE (user, repository, token, addresses)
  ) STRICT;
  CREATE TABLE usage_row (
    hour INTEGER NOT NULL,
    row INTEGER NOT NULL,
    spender_id INTEGER NOT NULL,
    pulls INTEGER NOT NULL,
    PRIMARY KEY (hour, row)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_row_of ON usage_row (spender_id);
  `,
];

/** The schema version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Checks that a file is empty or written by Headroom, in a known schema version.
 * @throws HistoryFileError if it is not
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

/** Upgrades a file to `SCHEMA_VERSION`, with one transaction per version. */
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

import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreDocument } from '../../../src/domain/alerts/lifecycle/alert-store.ts';
import { SCHEMA_VERSION } from '../../../src/history/sqlite/schema.ts';
import { onlyValue, openSqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { anonymous, login } from '../fixtures.ts';
import { createFixture, left, temporaryFolder } from './sqlite-fixture.ts';

/**
 * A history that version 0.1.0 wrote in 8 seconds: 27 results of three credentials at the simulated Docker Hub, one of them
 * with a wrong password, a firing alert about it and one about 10 remaining pulls, and a silence. Never written anew: every
 * later version has to open it.
 */
const FILE = resolve(import.meta.dirname, 'fixtures/headroom-0.1.0.db');
/** The fingerprints of 0.1.0, of hub, user, route and image. */
const LOGIN = 'be4a368d9736f90c95259775a5b084431e635205158744330e8db008764201a5';
const IDENTITIES = [
  anonymous('anonymous', 'df81d334c2e7bb7bd5adb4717ed06cf059f162cabcc54310cf6cb908b18ebf2a'),
  login('ci', LOGIN),
  login('old', LOGIN),
];
const WRITTEN_AT = Date.parse('2026-11-29T12:18:26.007Z');

function openCopy() {
  const path = join(temporaryFolder(), 'headroom.db');
  copyFileSync(FILE, path);
  return createFixture({ path, identities: IDENTITIES, startAt: WRITTEN_AT + 1_000 });
}

/** The number of rows of a table of a closed file. */
function countRows(path: string, table: string): unknown {
  const database = openSqlDatabase(path);
  try {
    return onlyValue(database, `SELECT count(*) FROM ${table}`);
  } finally {
    database.close();
  }
}

describe('the history file of version 0.1.0', () => {
  test('is migrated to the current schema, with all its rows', () => {
    const fixture = openCopy();
    expect(fixture.history().problem()).toBeUndefined();
    fixture.history().close();
    expect(countRows(fixture.path, 'sample')).toBe(27);
    const database = openSqlDatabase(fixture.path);
    expect(onlyValue(database, 'PRAGMA user_version')).toBe(SCHEMA_VERSION);
    expect(onlyValue(database, 'PRAGMA integrity_check')).toBe('ok');
    database.close();
  });

  test('restores the newest state of each credential', () => {
    const history = openCopy().history();
    expect(history.state('anonymous')?.known?.outcome).toMatchObject({ remaining: 7, limit: 100 });
    expect(history.state('ci')?.known?.outcome).toMatchObject({ remaining: 200, limit: 200 });
    expect(history.state('old')?.latest?.outcome).toMatchObject({ kind: 'failed', reason: 'unauthorized' });
  });

  test('restores alerts and silences', () => {
    const documents = openCopy().history().alertStore.load();
    expect(documents.map(({ kind, key }) => `${kind} ${key}`)).toEqual(
      expect.arrayContaining([
        'alert CredentialRejected rejected credential old',
        'alert RateLimitLow low source 127.0.0.1',
      ]),
    );
    expect(documents.filter((document) => restoreDocument(document) === undefined)).toEqual([]);
    expect(JSON.stringify(documents)).toContain('kept from 0.1.0');
  });

  test('accepts new results', () => {
    const fixture = openCopy();
    fixture.record(left(5), 'anonymous');
    fixture.tick();
    fixture.restart();
    expect(fixture.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 5 });
    expect(fixture.lines).toEqual([]);
  });
});

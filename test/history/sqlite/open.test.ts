import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepareHistoryFolder } from '../../../src/history/sqlite/database-files.ts';
import { migrate, SCHEMA_VERSION } from '../../../src/history/sqlite/schema.ts';
import { onlyValue, openSqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { createFixture, left, temporaryFolder } from './sqlite-fixture.ts';

/** What a program that is allowed everything cannot be refused. */
const isRoot = process.getuid?.() === 0;

/** A history file with one result, closed. */
function writtenFile(): string {
  const fixture = createFixture();
  fixture.record(left(76));
  fixture.history().close();
  return fixture.path;
}

describe('opening a history file', () => {
  test('refuses one of a newer Headroom, and leaves it as it is', () => {
    const path = writtenFile();
    const database = openSqlDatabase(path);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    const before = readFileSync(path);
    const fixture = createFixture({ path });
    fixture.record(left(75));
    fixture.tick();
    expect(fixture.history().problem()).toContain(
      `The history file was written by a newer Headroom: ${path} has schema ${SCHEMA_VERSION + 1}, this program knows ${SCHEMA_VERSION}`,
    );
    fixture.history().close();
    expect(readdirSync(dirname(path))).toEqual(['headroom.db']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('refuses a database of another program, and leaves it as it is', () => {
    const path = join(temporaryFolder(), 'other.db');
    const database = openSqlDatabase(path);
    database.exec('CREATE TABLE t (a)');
    database.close();
    const before = readFileSync(path);
    const fixture = createFixture({ path });
    fixture.record(left(75));
    fixture.tick();
    expect(fixture.history().problem()).toContain(
      `The history file is a database of another program: ${path}`,
    );
    fixture.history().close();
    expect(readdirSync(dirname(path))).toEqual(['other.db']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('treats an empty file as a new one', () => {
    const path = join(temporaryFolder(), 'headroom.db');
    writeFileSync(path, '');
    const fixture = createFixture({ path });
    fixture.record(left(76));
    fixture.restart();
    expect(fixture.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 76 });
    expect(fixture.lines).toEqual([]);
  });

  test('migrates a file once', () => {
    const path = join(temporaryFolder(), 'headroom.db');
    const database = openSqlDatabase(path);
    migrate(database);
    migrate(database);
    expect(onlyValue(database, 'PRAGMA user_version')).toBe(SCHEMA_VERSION);
    const loose = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%STRICT%'";
    expect(onlyValue(database, loose)).toBe(0);
    database.close();
  });
});

describe('prepareHistoryFolder()', () => {
  test('makes the default folder', () => {
    const path = join(temporaryFolder(), 'data', 'headroom.db');
    prepareHistoryFolder(path, true);
    expect(statSync(dirname(path)).isDirectory()).toBe(true);
  });

  test('refuses a configured folder that is not there', () => {
    const path = join(temporaryFolder(), 'data', 'headroom.db');
    expect(() => prepareHistoryFolder(path, false)).toThrow(
      `The folder of the history file does not exist: ${dirname(path)}. Make it, mount it, or give another history.path`,
    );
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('refuses a folder below a file', () => {
    const file = join(temporaryFolder(), 'data');
    writeFileSync(file, '');
    expect(() => prepareHistoryFolder(join(file, 'headroom.db'), true)).toThrow(
      `The folder of the history file is not a folder: ${file}`,
    );
  });

  test('refuses a folder in the place of the file', () => {
    const path = join(temporaryFolder(), 'headroom.db');
    mkdirSync(path);
    expect(() => prepareHistoryFolder(path, false)).toThrow(`The history file is a folder: ${path}`);
  });

  test.skipIf(isRoot)('refuses a folder that cannot be written', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(() => prepareHistoryFolder(join(folder, 'headroom.db'), false)).toThrow(
      `The folder of the history file cannot be written: ${folder}`,
    );
  });

  test.skipIf(isRoot)('refuses a file that cannot be written', () => {
    const path = writtenFile();
    chmodSync(path, 0o400);
    expect(() => prepareHistoryFolder(path, false)).toThrow(`The history file cannot be written: ${path}`);
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });

  test.skipIf(!isRoot || !existsSync('/sys/kernel'))('refuses a file system that is read-only', () => {
    // /sys/kernel allows no new folder, even for root.
    expect(() => prepareHistoryFolder('/sys/kernel/headroom/headroom.db', true)).toThrow(
      'The folder of the history file cannot be made: /sys/kernel/headroom',
    );
  });
});

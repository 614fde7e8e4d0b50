import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type OpenMode,
  openSqlDatabase,
  type SqlDatabase,
} from '../../../src/history/sqlite/sql-database.ts';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { alertDocument, changes, fired } from './alerts.ts';
import { createFixture, DAY_MS, left, temporaryFolder } from './sqlite-fixture.ts';

/** Opens databases whose every `exec` goes through `look`, which may throw. */
function watched(look: (sql: string) => void) {
  return (path: string, mode: OpenMode): SqlDatabase => {
    const database = openSqlDatabase(path, mode);
    return {
      ...database,
      exec(sql) {
        look(sql);
        database.exec(sql);
      },
    };
  };
}

function failure(rawCode: number): Error {
  return Object.assign(new Error('It cannot be done'), { rawCode });
}

describe('alertStore', () => {
  test('gives back after a restart what was committed last', () => {
    const fixture = createFixture();
    const { alertStore } = fixture.history();
    alertStore.commit(
      changes({
        put: [
          alertDocument('a', { n: 1 }),
          alertDocument('b', 'gone soon'),
          { kind: 'told', key: 'a', value: [null, 'ü', 0.1] },
        ],
      }),
    );
    alertStore.commit(
      changes({
        put: [alertDocument('a', { n: 2 }), alertDocument('a', { n: 3 }), alertDocument('c', 'both')],
        remove: [
          { kind: 'alert', key: 'b' },
          { kind: 'alert', key: 'c' },
        ],
      }),
    );
    const expected = [alertDocument('a', { n: 3 }), { kind: 'told', key: 'a', value: [null, 'ü', 0.1] }];
    expect(alertStore.load()).toEqual(expected);

    fixture.restart();

    expect(fixture.history().alertStore.load()).toEqual(expected);
  });

  test('has it in the file when the commit returns, and does not wait for results', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1)], events: [fired(START_AT)] }));
    const copy = join(temporaryFolder(), 'headroom.db');
    for (const end of ['', '-wal']) copyFileSync(fixture.path + end, copy + end);

    const after = createFixture({ path: copy }).history();

    expect(after.alertStore.load()).toEqual([alertDocument('a', 1)]);
    expect(after.alertStore.events(0, START_AT + 1, 10)).toHaveLength(1);
    expect(after.state('anonymous')?.known).toBe(undefined);
    expect(fixture.history().recentProbes('anonymous')?.newest).toHaveLength(1);
  });

  test('waits for the disk, as results do not', () => {
    const ran: string[] = [];
    const fixture = createFixture({ openDatabase: watched((sql) => ran.push(sql)) });
    ran.length = 0;
    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(ran).toEqual([
      'PRAGMA synchronous = FULL',
      'BEGIN IMMEDIATE',
      'COMMIT',
      'PRAGMA synchronous = NORMAL',
    ]);
    ran.length = 0;
    fixture.record(left(76));
    fixture.tick();
    expect(ran).not.toContain('PRAGMA synchronous = FULL');
  });

  test('rejects a value that cannot be converted to JSON, and changes nothing', () => {
    const { alertStore } = createFixture().history();
    const commit = () =>
      alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', undefined)] }));
    expect(commit).toThrow(new TypeError('The value cannot be converted to JSON: undefined'));
    expect(alertStore.load()).toEqual([]);
  });

  test('reports the newest events of a range, oldest first, and forgets them after the retention', () => {
    const fixture = createFixture({ retentionMs: DAY_MS });
    const at = (minute: number) => START_AT + minute * MINUTE_MS + 0.25;
    const { alertStore } = fixture.history();
    alertStore.commit(changes({ events: [fired(at(0)), fired(at(1)), fired(at(2)), fired(at(3))] }));
    const told = (from: number, to: number, limit: number) =>
      fixture
        .history()
        .alertStore.events(from, to, limit)
        .map((event) => event.at);
    expect(told(START_AT, START_AT + 3 * MINUTE_MS, 2)).toEqual([at(1), at(2)]);
    expect(told(START_AT, START_AT + DAY_MS, 100)).toEqual([0, 1, 2, 3].map(at));
    expect(told(START_AT, START_AT + DAY_MS, 0)).toEqual([]);

    fixture.pass(DAY_MS + 2 * MINUTE_MS);
    fixture.tick();

    expect(told(0, START_AT + 2 * DAY_MS, 100)).toEqual([2, 3].map(at));
  });
});

describe('alertStore with a file that fails', () => {
  // SQLite's result code
  test.each([
    ['the disk is full', 13],
    ['the disk fails', 10],
  ])('goes on from memory while %s, and writes all of it later', (_, rawCode) => {
    let isBroken = false;
    const refuse = (sql: string) => {
      if (isBroken && sql === 'COMMIT') throw failure(rawCode);
    };
    const fixture = createFixture({ openDatabase: watched(refuse) });
    const { alertStore } = fixture.history();
    alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', 1)] }));
    isBroken = true;
    for (const n of [2, 3]) {
      alertStore.commit(changes({ put: [alertDocument('a', n)], events: [fired(START_AT + n)] }));
    }
    alertStore.commit(changes({ remove: [{ kind: 'alert', key: 'b' }] }));
    expect(alertStore.load()).toEqual([alertDocument('a', 3)]);
    expect(alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
    expect(fixture.lines.map(({ level }) => level)).toEqual(['warn']);

    isBroken = false;
    fixture.pass(10_000);
    fixture.tick();

    expect(alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
    fixture.restart();
    expect(fixture.history().alertStore.load()).toEqual([alertDocument('a', 3)]);
    expect(fixture.history().alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
  });

  test('writes all stored values into the file that takes the place of a damaged one', () => {
    let isDamaged = false;
    const damage = () => {
      if (!isDamaged) return;
      isDamaged = false;
      throw failure(11);
    };
    const fixture = createFixture({ openDatabase: watched(damage) });
    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', 1)] }));
    isDamaged = true;
    fixture.history().alertStore.commit(changes({ put: [alertDocument('b', 2)], events: [fired(START_AT)] }));
    expect(fixture.lines.map(({ level }) => level)).toEqual(['error']);

    fixture.restart();

    expect(fixture.history().alertStore.load()).toEqual([alertDocument('a', 1), alertDocument('b', 2)]);
    expect(fixture.history().alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(1);
  });

  test('restores what an earlier process stored, where nothing was decided while it could not be read', () => {
    let isBroken = false;
    const fixture = createFixture({
      openDatabase: watched(() => {
        if (isBroken) throw failure(10);
      }),
    });
    fixture
      .history()
      .alertStore.commit(
        changes({ put: ['kept', 'decided', 'removed'].map((key) => alertDocument(key, 'earlier')) }),
      );
    isBroken = true;
    fixture.restart();
    const { alertStore } = fixture.history();
    expect(alertStore.load()).toEqual([]);
    const recalled: unknown[] = [];
    alertStore.onRecall((documents) => recalled.push(...documents));
    alertStore.commit(
      changes({
        put: [alertDocument('decided', 'now'), alertDocument('new', 'now')],
        remove: [{ kind: 'alert', key: 'removed' }],
      }),
    );

    isBroken = false;
    fixture.pass(10_000);
    fixture.tick();

    expect(recalled).toEqual([alertDocument('kept', 'earlier')]);
    fixture.restart();
    expect(fixture.history().alertStore.load()).toEqual([
      alertDocument('decided', 'now'),
      alertDocument('kept', 'earlier'),
      alertDocument('new', 'now'),
    ]);
    expect(recalled).toHaveLength(1);
  });

  test('finds a place in a file of the time before alerts', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.history().close();
    const database = openSqlDatabase(fixture.path);
    const later = [
      'usage_row',
      'usage_spender',
      'counted_event',
      'pull_attempt',
      'pull_origin',
      'note',
      'alert_document',
    ];
    for (const table of later) database.exec(`DROP TABLE ${table}`);
    database.exec('DROP INDEX event_of; PRAGMA user_version = 1');
    database.close();

    fixture.restart();

    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(fixture.history().alertStore.load()).toHaveLength(1);
    expect(fixture.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 76 });
  });
});

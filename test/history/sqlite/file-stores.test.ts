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
import { createScene, DAY_MS, left, temporaryFolder } from './scene.ts';

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
    const scene = createScene();
    const { alertStore } = scene.history();
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

    scene.restart();

    expect(scene.history().alertStore.load()).toEqual(expected);
  });

  test('has it in the file when the commit returns, and does not wait for results', () => {
    const scene = createScene();
    scene.record(left(76));
    scene.history().alertStore.commit(changes({ put: [alertDocument('a', 1)], events: [fired(START_AT)] }));
    const copy = join(temporaryFolder(), 'headroom.db');
    for (const end of ['', '-wal']) copyFileSync(scene.path + end, copy + end);

    const after = createScene({ path: copy }).history();

    expect(after.alertStore.load()).toEqual([alertDocument('a', 1)]);
    expect(after.alertStore.events(0, START_AT + 1, 10)).toHaveLength(1);
    expect(after.state('anonymous')?.known).toBe(undefined);
    expect(scene.history().recentProbes('anonymous')?.newest).toHaveLength(1);
  });

  test('waits for the disk, as results do not', () => {
    const ran: string[] = [];
    const scene = createScene({ openDatabase: watched((sql) => ran.push(sql)) });
    ran.length = 0;
    scene.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(ran).toEqual([
      'PRAGMA synchronous = FULL',
      'BEGIN IMMEDIATE',
      'COMMIT',
      'PRAGMA synchronous = NORMAL',
    ]);
    ran.length = 0;
    scene.record(left(76));
    scene.tick();
    expect(ran).not.toContain('PRAGMA synchronous = FULL');
  });

  test('rejects a value that cannot be converted to JSON, and changes nothing', () => {
    const { alertStore } = createScene().history();
    const commit = () =>
      alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', undefined)] }));
    expect(commit).toThrow(new TypeError('The value cannot be converted to JSON: undefined'));
    expect(alertStore.load()).toEqual([]);
  });

  test('tells the newest events of a range, oldest first, and forgets them after the retention', () => {
    const scene = createScene({ retentionMs: DAY_MS });
    const at = (minute: number) => START_AT + minute * MINUTE_MS + 0.25;
    const { alertStore } = scene.history();
    alertStore.commit(changes({ events: [fired(at(0)), fired(at(1)), fired(at(2)), fired(at(3))] }));
    const told = (from: number, to: number, limit: number) =>
      scene
        .history()
        .alertStore.events(from, to, limit)
        .map((event) => event.at);
    expect(told(START_AT, START_AT + 3 * MINUTE_MS, 2)).toEqual([at(1), at(2)]);
    expect(told(START_AT, START_AT + DAY_MS, 100)).toEqual([0, 1, 2, 3].map(at));
    expect(told(START_AT, START_AT + DAY_MS, 0)).toEqual([]);

    scene.pass(DAY_MS + 2 * MINUTE_MS);
    scene.tick();

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
    const scene = createScene({ openDatabase: watched(refuse) });
    const { alertStore } = scene.history();
    alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', 1)] }));
    isBroken = true;
    for (const n of [2, 3]) {
      alertStore.commit(changes({ put: [alertDocument('a', n)], events: [fired(START_AT + n)] }));
    }
    alertStore.commit(changes({ remove: [{ kind: 'alert', key: 'b' }] }));
    expect(alertStore.load()).toEqual([alertDocument('a', 3)]);
    expect(alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
    expect(scene.lines.map(({ level }) => level)).toEqual(['warn']);

    isBroken = false;
    scene.pass(10_000);
    scene.tick();

    expect(alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
    scene.restart();
    expect(scene.history().alertStore.load()).toEqual([alertDocument('a', 3)]);
    expect(scene.history().alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(2);
  });

  test('writes everything that is known into the file that takes the place of a damaged one', () => {
    let isDamaged = false;
    const damage = () => {
      if (!isDamaged) return;
      isDamaged = false;
      throw failure(11);
    };
    const scene = createScene({ openDatabase: watched(damage) });
    scene.history().alertStore.commit(changes({ put: [alertDocument('a', 1), alertDocument('b', 1)] }));
    isDamaged = true;
    scene.history().alertStore.commit(changes({ put: [alertDocument('b', 2)], events: [fired(START_AT)] }));
    expect(scene.lines.map(({ level }) => level)).toEqual(['error']);

    scene.restart();

    expect(scene.history().alertStore.load()).toEqual([alertDocument('a', 1), alertDocument('b', 2)]);
    expect(scene.history().alertStore.events(0, START_AT + DAY_MS, 10)).toHaveLength(1);
  });

  test('takes over what an earlier process knew, where nothing was decided while it could not be read', () => {
    let isBroken = false;
    const scene = createScene({
      openDatabase: watched(() => {
        if (isBroken) throw failure(10);
      }),
    });
    scene
      .history()
      .alertStore.commit(
        changes({ put: ['kept', 'decided', 'removed'].map((key) => alertDocument(key, 'earlier')) }),
      );
    isBroken = true;
    scene.restart();
    const { alertStore } = scene.history();
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
    scene.pass(10_000);
    scene.tick();

    expect(recalled).toEqual([alertDocument('kept', 'earlier')]);
    scene.restart();
    expect(scene.history().alertStore.load()).toEqual([
      alertDocument('decided', 'now'),
      alertDocument('kept', 'earlier'),
      alertDocument('new', 'now'),
    ]);
    expect(recalled).toHaveLength(1);
  });

  test('finds a place in a file of the time before alerts', () => {
    const scene = createScene();
    scene.record(left(76));
    scene.history().close();
    const database = openSqlDatabase(scene.path);
    database.exec('DROP TABLE note; DROP TABLE alert_document; DROP INDEX event_of; PRAGMA user_version = 1');
    database.close();

    scene.restart();

    scene.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(scene.history().alertStore.load()).toHaveLength(1);
    expect(scene.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 76 });
  });
});

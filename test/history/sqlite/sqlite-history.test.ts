import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { takeSnapshot } from '../../../src/domain/credential-snapshot.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { openSqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { anonymous, login, MINUTE_MS, START_AT } from '../fixtures.ts';
import { buildWriter } from './build-writer.ts';
import { createFixture, DAY_MS, HOUR_MS, left, temporaryFolder } from './sqlite-fixture.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };
const BLOCKED: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };
const UNMETERED: Reading = { kind: 'unmetered', source: undefined };
const DAY_QUERY = { from: START_AT - DAY_MS, to: START_AT + DAY_MS, step: 'raw' } as const;

describe('createSqliteHistory() after a restart', () => {
  // what was answered, in the order of time
  test.each<{ criterion: string; readings: Reading[] }>([
    { criterion: 'a limit', readings: [left(76)] },
    {
      criterion: 'a limit without window and source',
      readings: [
        {
          kind: 'metered',
          rateLimit: { limit: 100, remaining: 5, windowSeconds: undefined },
          source: undefined,
        },
      ],
    },
    { criterion: 'the last limit after a failure', readings: [left(76), FAILED] },
    { criterion: 'a block', readings: [left(76), BLOCKED] },
    { criterion: 'unlimited', readings: [UNMETERED] },
    { criterion: 'answers without headers, counted on', readings: [left(76), UNMETERED, UNMETERED] },
    { criterion: 'nothing but failures', readings: [FAILED, FAILED] },
  ])('keeps $criterion', ({ readings }) => {
    const fixture = createFixture();
    for (const reading of readings) fixture.record(reading);
    const before = fixture.history().state('anonymous');
    fixture.restart();
    const after = fixture.history().state('anonymous');
    expect(after).toStrictEqual({ ...before, polls: 0, failures: {} });
    const views = [before, after].map((state) => state && takeSnapshot(state, fixture.now()));
    expect(views[1]).toStrictEqual({ ...views[0], polls: 0, failures: {} });
  });

  test('shows a value no longer than it would have without it', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.pass(3 * MINUTE_MS);
    fixture.restart();
    const state = fixture.history().state('anonymous');
    expect(state && takeSnapshot(state, fixture.now())).toMatchObject({ up: false, limited: undefined });
  });

  test('ignores records with a time in the future', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.pass(-HOUR_MS);
    fixture.restart();
    expect(fixture.history().state('anonymous')).toMatchObject({
      latest: undefined,
      known: undefined,
      usualLimit: 100,
    });
  });

  test('returns nothing for a credential that has become another one', () => {
    const path = join(temporaryFolder(), 'headroom.db');
    const first = createFixture({ path, identities: [login('ci', 'one')] });
    first.record(left(150, { limit: 200, source: 'acmeci' }), 'ci');
    first.history().close();
    const second = createFixture({ path, identities: [login('ci', 'two')] });
    expect(second.history().state('ci')).toMatchObject({ latest: undefined, usualLimit: undefined });
    expect(second.history().series('ci', DAY_QUERY)?.points).toEqual([]);
  });

  test('keeps the limit of a login, and detects that it dropped', () => {
    const fixture = createFixture({ identities: [anonymous('anonymous'), login('ci')] });
    fixture.record(left(150, { limit: 200, source: 'acmeci' }), 'ci');
    fixture.record(left(50));
    fixture.restart();
    const result = fixture.record(left(50, { source: 'acmeci' }), 'ci');
    expect(result?.outcome).toMatchObject({ kind: 'limited', downgraded: true });
  });

  test('keeps every result, failures too', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(76), FAILED, BLOCKED, left(75), UNMETERED]);
    fixture.restart();
    const points = fixture.history().series('anonymous', DAY_QUERY)?.points;
    expect(
      points?.map(({ at, outcome, remaining }) => [(at - START_AT) / MINUTE_MS, outcome, remaining]),
    ).toEqual([
      [0, 'limited', 76],
      [1, 'failed', null],
      [2, 'blocked', null],
      [3, 'limited', 75],
      [4, 'failed', null],
    ]);
  });
});

describe('createSqliteHistory()', () => {
  test('writes within a second: what is written can be read while it runs', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.tick();
    // A copy is what a kill leaves behind.
    const copy = join(temporaryFolder(), 'copy.db');
    copyFileSync(fixture.path, copy);
    copyFileSync(`${fixture.path}-wal`, `${copy}-wal`);
    const database = openSqlDatabase(copy);
    expect(database.prepare('SELECT remaining FROM sample').rows()).toEqual([[76]]);
    database.close();
  });

  test('leaves one file behind when it is closed', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.history().close();
    expect(readdirSync(dirname(fixture.path))).toEqual(['headroom.db']);
  });

  test('keeps results that come after the end in memory only', () => {
    const fixture = createFixture();
    fixture.history().close();
    fixture.record(left(76));
    expect(fixture.history().state('anonymous')?.polls).toBe(1);
    expect(fixture.lines).toEqual([]);
  });

  test('goes on from memory while another process has the file, and takes it over afterwards', async () => {
    const path = join(temporaryFolder(), 'headroom.db');
    const writer = await buildWriter();
    const first = spawn(process.execPath, [writer, path, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void first.kill('SIGKILL'));
    await once(first.stdout, 'data');
    const second = createFixture({ path });
    second.record(left(75));
    expect(second.history().problem()).toMatch(/^Another process uses the history file: .*headroom\.db/);
    first.kill('SIGKILL');
    await once(first, 'exit');
    second.pass(10_000);
    second.tick();
    expect(second.history().problem()).toBeUndefined();
    expect(second.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(second.history().recentProbes('anonymous')?.newest).toHaveLength(1);
  });

  test('reports changes of limit, window and source as events, and nothing else', () => {
    const fixture = createFixture();
    fixture.recordMinutes([
      left(76),
      left(75),
      FAILED,
      left(74, { source: '192.0.2.2' }),
      left(150, { limit: 200, windowSeconds: 3_600, source: '192.0.2.2' }),
    ]);
    fixture.history().close();
    const database = openSqlDatabase(fixture.path);
    expect(database.prepare('SELECT at, kind, detail FROM event').rows()).toEqual([
      [START_AT + 3 * MINUTE_MS, 'source', '{"from":"192.0.2.1","to":"192.0.2.2"}'],
      [START_AT + 4 * MINUTE_MS, 'limit', '{"from":100,"to":200}'],
      [START_AT + 4 * MINUTE_MS, 'window', '{"from":21600,"to":3600}'],
    ]);
    database.close();
  });

  test('never stores a secret', () => {
    const fixture = createFixture();
    const token = `dckr_pat_${'a'.repeat(27)}`;
    fixture.record({ kind: 'failed', reason: 'token_error', detail: `The answer held ${token}` });
    fixture.history().close();
    expect(readFileSync(fixture.path, 'latin1')).not.toContain(token);
    expect(readFileSync(fixture.path, 'latin1')).toContain('The answer held');
  });
});

describe('createSqliteHistory() with a damaged file', () => {
  // how a sound file is spoiled
  test.each<{ criterion: string; spoil: (bytes: Buffer) => Buffer }>([
    { criterion: 'that is no database', spoil: (bytes) => Buffer.alloc(bytes.length, 'x') },
    { criterion: 'that was cut off', spoil: (bytes) => bytes.subarray(0, bytes.length / 2) },
    {
      criterion: 'whose tables were overwritten',
      spoil: (bytes) => Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xff)]),
    },
  ])('sets a file aside $criterion, reports it, and begins a new one', ({ spoil }) => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.history().close();
    const spoilt = spoil(readFileSync(fixture.path));
    writeFileSync(fixture.path, spoilt);
    fixture.restart();
    expect(fixture.lines).toMatchObject([
      { level: 'error', message: 'The history file is damaged; it was set aside, and a new one begun' },
    ]);
    const keptAs = `${fixture.path}.damaged-20261123T120000Z`;
    expect(readFileSync(keptAs).equals(spoilt)).toBe(true);
    fixture.record(left(75));
    fixture.restart();
    expect(fixture.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 75 });
    expect(existsSync(`${keptAs}-2`)).toBe(false);
  });

  test('begins a new one, too, when the damage shows while it runs, and loses no result', () => {
    let isDamaged = false;
    const fixture = createFixture({
      openDatabase: (path, mode) => {
        const database = openSqlDatabase(path, mode);
        return {
          ...database,
          exec(sql) {
            if (!isDamaged) return database.exec(sql);
            isDamaged = false;
            throw Object.assign(new Error('database disk image is malformed'), { rawCode: 11 });
          },
        };
      },
    });
    fixture.record(left(76));
    isDamaged = true;
    fixture.tick();
    fixture.tick();
    expect(fixture.lines.map(({ level }) => level)).toEqual(['error']);
    fixture.restart();
    expect(fixture.history().series('anonymous', DAY_QUERY)?.points).toHaveLength(1);
  });
});

describe('createSqliteHistory() when nothing can be written', () => {
  // SQLite's result code
  test.each([
    ['the disk is full', 13],
    ['the disk fails', 10],
    ['the file has become read-only', 8],
  ])('goes on from memory when %s, warns once, and writes all of it later', (_, rawCode) => {
    let isBroken = false;
    const fixture = createFixture({
      openDatabase: (path, mode) => {
        const database = openSqlDatabase(path, mode);
        return {
          ...database,
          exec(sql) {
            if (isBroken && sql === 'COMMIT') throw Object.assign(new Error('No room'), { rawCode });
            database.exec(sql);
          },
        };
      },
    });
    isBroken = true;
    for (let minute = 0; minute < 5; minute += 1) {
      fixture.recordMinutes([left(76 - minute)]);
      fixture.tick();
    }
    expect(fixture.history().state('anonymous')?.known?.outcome).toMatchObject({ remaining: 72 });
    expect(fixture.lines).toMatchObject([
      {
        level: 'warn',
        message: 'The history cannot be written; results and alerts are kept in memory until it can',
      },
    ]);
    isBroken = false;
    fixture.pass(10_000);
    fixture.tick();
    expect(fixture.lines.slice(1)).toMatchObject([
      { level: 'info', message: 'The history is written again', fields: { lost: 0 } },
    ]);
    fixture.restart();
    expect(
      fixture
        .history()
        .series('anonymous', DAY_QUERY)
        ?.points.map(({ remaining }) => remaining),
    ).toEqual([76, 75, 74, 73, 72]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SCHEMA_VERSION } from '../../src/history/sqlite/schema.ts';
import { type OpenMode, openSqlDatabase, type SqlDatabase } from '../../src/history/sqlite/sql-database.ts';
import { eventually } from '../end-to-end/headroom-process.ts';
import { startHeadroom } from '../end-to-end/running-headroom.ts';
import { MINUTE_MS } from '../history/fixtures.ts';
import { alertDocument, changes } from '../history/sqlite/alerts.ts';
import { createFixture, DAY_MS, left, temporaryFolder } from '../history/sqlite/sqlite-fixture.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

/** Results and commits of alerts before the attack, and as many while it lasts. */
const HALF = 20;
/** Interval between two attempts to write, in milliseconds. */
const RETRY_MS = 10_000;

const rows: AttackRow[] = [];

type Fixture = ReturnType<typeof createFixture>;

/** A failure of the file or of its disk. */
interface Attack {
  readonly attack: string;
  /** Causes the failure; the file may not exist yet. Returns the function that ends it. */
  readonly begin: (path: string, disk: Disk) => (() => unknown) | Promise<() => unknown>;
  /** True if the file is another one afterwards: earlier values are lost, and the failure does not last. */
  readonly isAnew?: boolean;
}

/** The operations that SQLite rejects, as with a failing disk. */
interface Disk {
  /** Called with every new connection; undefined for a healthy disk. */
  limit: string | undefined;
  /** Called when the limit is removed. */
  lift: string | undefined;
  isFailing: boolean;
}

const SOUND: Readonly<Disk> = { limit: undefined, lift: undefined, isFailing: false };

/** Opens databases on a disk that can fail. */
function openOn(disk: Disk) {
  return (path: string, mode: OpenMode): SqlDatabase => {
    const database = openSqlDatabase(path, mode);
    return {
      ...database,
      exec(sql) {
        if (disk.isFailing && /^BEGIN/.test(sql))
          throw Object.assign(new Error('disk I/O error'), { rawCode: 10 });
        if (/^BEGIN/.test(sql)) for (const pragma of [disk.lift, disk.limit]) database.exec(pragma ?? '');
        database.exec(sql);
      },
    };
  };
}

const FULL: Attack = {
  attack: 'the disk is full',
  begin(_, disk) {
    // A limit of pages has the same error as a full disk: `SQLITE_FULL`.
    Object.assign(disk, { limit: 'PRAGMA max_page_count = 1' });
    return () => Object.assign(disk, { limit: undefined, lift: 'PRAGMA max_page_count = 1000000' });
  },
};
const READ_ONLY: Attack = {
  attack: 'the file is read-only',
  begin(_, disk) {
    Object.assign(disk, { limit: 'PRAGMA query_only = 1' });
    return () => Object.assign(disk, { limit: undefined, lift: 'PRAGMA query_only = 0' });
  },
};
const FAILING: Attack = {
  attack: 'the disk reports input/output errors',
  begin(_, disk) {
    disk.isFailing = true;
    return () => Object.assign(disk, SOUND);
  },
};

const AT_START: readonly Attack[] = [
  FULL,
  READ_ONLY,
  FAILING,
  {
    attack: 'the folder is missing',
    begin(path) {
      rmSync(dirname(path), { recursive: true });
      return () => mkdirSync(dirname(path));
    },
  },
  {
    attack: 'the folder is a file',
    begin(path) {
      rmSync(dirname(path), { recursive: true });
      writeFileSync(dirname(path), '');
      return () => {
        rmSync(dirname(path));
        mkdirSync(dirname(path));
      };
    },
  },
  {
    attack: 'the path is a folder',
    begin(path) {
      mkdirSync(path);
      return () => rmSync(path, { recursive: true });
    },
  },
  { attack: 'another process uses the file', begin: lockByAnotherProcess },
  {
    attack: 'the file was written by a newer Headroom',
    begin: (path) =>
      foreignFile(path, `PRAGMA application_id = 0x4864726d; PRAGMA user_version = ${SCHEMA_VERSION + 1}`),
  },
  { attack: 'the file is a database of another program', begin: (path) => foreignFile(path, '') },
  {
    attack: 'the file is damaged',
    isAnew: true,
    begin(path) {
      writeFileSync(path, Buffer.alloc(8_192, 'x'));
      return () => undefined;
    },
  },
];

const WHILE_RUNNING: readonly Attack[] = [
  FULL,
  READ_ONLY,
  FAILING,
  {
    attack: 'the file is deleted',
    isAnew: true,
    begin(path) {
      rmSync(path);
      return () => undefined;
    },
  },
  {
    attack: 'the file and its log are deleted',
    isAnew: true,
    begin(path) {
      for (const end of ['', '-wal']) rmSync(path + end);
      return () => undefined;
    },
  },
  {
    attack: 'the file is replaced by an older copy',
    isAnew: true,
    begin(path) {
      const copy = `${path}.copy`;
      createFixture({ path: copy }).history().close();
      renameSync(copy, path);
      return () => undefined;
    },
  },
  {
    attack: 'the log beside the file (`-wal`) is deleted',
    begin(path) {
      rmSync(`${path}-wal`);
      return () => undefined;
    },
  },
  {
    attack: 'the folder is deleted',
    isAnew: true,
    begin(path) {
      rmSync(dirname(path), { recursive: true });
      return () => mkdirSync(dirname(path));
    },
  },
];

describe('a history that cannot be written to its file', () => {
  test.each(AT_START)('is kept in memory and written later: at the start $attack', async (attack) => {
    const disk: Disk = { ...SOUND };
    const path = join(temporaryFolder(), 'data', 'headroom.db');
    mkdirSync(dirname(path));
    const end = await attack.begin(path, disk);
    const fixture = createFixture({ path, openDatabase: openOn(disk) });
    work(fixture, 0, HALF);
    await measure(`at the start: ${attack.attack}`, fixture, attack, HALF, end);
  });

  test.each(WHILE_RUNNING)('is kept in memory and written later: while running $attack', async (attack) => {
    const disk: Disk = { ...SOUND };
    const path = join(temporaryFolder(), 'data', 'headroom.db');
    mkdirSync(dirname(path));
    const fixture = createFixture({ path, openDatabase: openOn(disk) });
    work(fixture, 0, HALF);
    expect(fixture.lines).toEqual([]);
    const end = await attack.begin(path, disk);
    work(fixture, HALF, 2 * HALF);
    await measure(`while running: ${attack.attack}`, fixture, attack, 2 * HALF, end);
  });
});

test('the document has the measured values', () => expectAttackTable('disks', rows));

/** Adds one result and one commit of alerts per minute, and runs the timer. */
function work(fixture: Fixture, from: number, to: number): void {
  for (let n = from; n < to; n += 1) {
    fixture.record(left(99 - n));
    fixture.history().alertStore.commit(changes({ put: [alertDocument(`alert-${n}`, 'x'.repeat(20_000))] }));
    fixture.tick();
    fixture.pass(MINUTE_MS);
  }
}

async function measure(
  name: string,
  fixture: Fixture,
  { isAnew = false }: Attack,
  total: number,
  end: () => unknown,
): Promise<void> {
  const shown = (text: string | undefined) =>
    text
      ?.replaceAll(fixture.path, 'PATH')
      .replaceAll(dirname(fixture.path), 'FOLDER')
      // Each migration raises the numbers.
      .replace(/schema \d+, this program knows \d+/, 'schema N + 1, this program knows N');
  const problem = shown(fixture.history().problem());
  expect(fixture.history().state('anonymous')?.polls).toBe(total);
  const said = fixture.lines.filter(({ level }) => level !== 'info');
  expect(said).toHaveLength(problem !== undefined && isAnew ? 2 : 1);
  await end();
  fixture.pass(RETRY_MS);
  fixture.tick();
  expect(fixture.history().problem()).toBeUndefined();
  fixture.restart();
  const query = { from: fixture.now() - DAY_MS, to: fixture.now(), step: 'raw' } as const;
  const points = fixture.history().series('anonymous', query)?.points ?? [];
  const results = points.filter(({ outcome }) => outcome !== null).length;
  const alerts = fixture.history().alertStore.load().length;
  expect(alerts).toBe(total);
  expect(results).toBe(isAnew ? HALF : total);
  rows.push({
    attack: name,
    measured: `polls ${total} of ${total}; written afterwards: results ${results} of ${total}, alerts ${alerts} of ${total}`,
    seen: problem ?? said.map(({ level, message }) => `${level}: ${message}`).join(', '),
  });
}

/** A file of another program, which is removed later. Headroom must not change it. */
function foreignFile(path: string, pragmas: string): () => void {
  const database = openSqlDatabase(path);
  database.exec(`CREATE TABLE theirs (a); ${pragmas}`);
  database.close();
  const { mtimeMs, size } = statSync(path);
  return () => {
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
    expect(statSync(path)).toMatchObject({ mtimeMs, size });
    rmSync(path);
  };
}

async function lockByAnotherProcess(path: string): Promise<() => Promise<void>> {
  const libsql = createRequire(import.meta.url).resolve('libsql');
  const script = `const d = new (require(${JSON.stringify(libsql)}))(${JSON.stringify(path)});
    d.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT'); console.log('locked'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

describe('the whole program without a file to write', () => {
  test('starts, polls, reports the problem everywhere, and writes as soon as possible', async () => {
    let aheadMs = 0;
    const clock = { now: () => Date.now() + aheadMs, monotonicMs: () => performance.now() + aheadMs };
    const headroom = await startHeadroom({
      clock,
      settings({ folder }) {
        mkdirSync(join(folder, 'headroom.db'));
        return { history: { path: 'headroom.db' } };
      },
    });
    onTestFinished(() => headroom.stop());
    const path = join(headroom.place.folder, 'headroom.db');
    const problem = `The history file is a folder: ${path}. Give another history.path`;
    await headroom.app.firstRound;
    await eventually(async () => {
      const ready = await headroom.get('/-/ready');
      expect([ready.status, await ready.text()]).toEqual([
        200,
        `Headroom is ready; its history is kept in memory and not written. ${problem}.\n`,
      ]);
    });
    const text = async (at: string) => (await headroom.get(at)).text();
    expect(await text('/metrics')).toContain('\ndockerhub_exporter_history_writable 0\n');
    expect(await text('/')).toContain(`${problem}.`);
    expect((await headroom.get('/credentials/anonymous')).status).toBe(200);
    for (const route of ['history', 'history.csv', 'events']) {
      const answer = await headroom.get(`/api/v1/credentials/anonymous/${route}`);
      expect([route, answer.status]).toEqual([route, 503]);
    }
    rmSync(path, { recursive: true });
    aheadMs += RETRY_MS;
    await eventually(async () =>
      expect(await text('/metrics')).toContain('\ndockerhub_exporter_history_writable 1\n'),
    );
    expect(existsSync(path)).toBe(true);
    expect((await headroom.get('/api/v1/credentials/anonymous/history')).status).toBe(200);
    const warnings = headroom.logLines.filter((line) => line.includes('level=warn'));
    expect(warnings).toHaveLength(1);
  });
});

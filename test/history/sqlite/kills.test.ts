import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onlyValue, openSqlDatabase, type SqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { HOUR_MS, temporaryFolder } from './scene.ts';

const WRITER = join(import.meta.dirname, 'kill-writer.js');
const BUILT = resolve(import.meta.dirname, '../../../dist/history/sqlite/sqlite-history.js');
/** How often the writer is killed: `npm run history-kills` does it a thousand times. */
const KILLS = Number(process.env.HEADROOM_TEST_KILLS ?? 20);
/** The longest that a writer writes, in milliseconds. */
const LONGEST_LIFE_MS = 60;

/** Lets a writer write until it is killed at a random moment; up to when it had committed everything. */
async function writeUntilKilled(path: string, startAt: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, path, String(startAt)]);
  const closed = once(child, 'close');
  let [told, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await Promise.race([once(child.stdout, 'data'), closed]);
  await delay(Math.random() * LONGEST_LIFE_MS);
  child.kill('SIGKILL');
  await closed;
  expect(errors).toBe('');
  // What stands behind the last line break was cut off.
  return Number(told.split('\n').at(-2));
}

function numbers(database: SqlDatabase, sql: string): number[] {
  return (database.prepare(sql).rows()[0] ?? []).map(Number);
}

/** @returns up to when results are in the file */
function checkFile(path: string, committedAt: number): number {
  const database = openSqlDatabase(path);
  expect(onlyValue(database, 'PRAGMA integrity_check')).toBe('ok');
  expect(numbers(database, 'SELECT count(*) FROM credential')).toEqual([5]);
  let newestAt = 0;
  for (let id = 1; id <= 5; id += 1) {
    const [count = 0, first = 0, last = 0] = numbers(
      database,
      `SELECT count(*), min(at), max(at) FROM sample WHERE credential_id = ${id}`,
    );
    expect(last).toBeGreaterThanOrEqual(committedAt);
    expect(count).toBe((last - first) / MINUTE_MS + 1);
    // What stands in one transaction is there together, or not at all.
    const [stateAt] = numbers(
      database,
      `SELECT json_extract(state, '$.latest.at') FROM credential WHERE id = ${id}`,
    );
    expect(stateAt).toBe(last);
    const [cells, firstCell = 0, lastCell = 0, rolledUntil] = numbers(
      database,
      `SELECT count(*), min(cell), max(cell), (SELECT rolled_until FROM credential WHERE id = ${id})
       FROM rollup WHERE credential_id = ${id} AND minutes = 60`,
    );
    if (cells) expect([cells, (lastCell + 1) * HOUR_MS]).toEqual([lastCell - firstCell + 1, rolledUntil]);
    newestAt = last;
  }
  database.close();
  return newestAt;
}

test(
  `a history that is killed ${KILLS} times loses nothing that was committed, and is sound each time`,
  async () => {
    if (!existsSync(BUILT)) throw new Error('dist/ is missing: run `npm run build`, or `npm test`');
    const path = join(temporaryFolder(), 'headroom.db');
    let at = START_AT;
    for (let kill = 0; kill < KILLS; kill += 1) at = checkFile(path, await writeUntilKilled(path, at));
    expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toEqual([]);
    expect(at).toBeGreaterThan(START_AT);
  },
  KILLS * 2_000,
);

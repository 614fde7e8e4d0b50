import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onlyValue, openSqlDatabase, type SqlDatabase } from '../../../src/history/sqlite/sql-database.ts';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { buildWriter } from './build-writer.ts';
import { HOUR_MS, temporaryFolder } from './sqlite-fixture.ts';

/** How often the writer is killed: `npm run history-kills` does it a thousand times. */
const KILLS = Number(process.env.HEADROOM_TEST_KILLS ?? 20);
/** The longest that a writer writes, in milliseconds. */
const LONGEST_LIFE_MS = 60;

/** What a writer said before its end. Instants are milliseconds since the epoch. */
interface LastWords {
  /** Up to when results were committed. */
  readonly resultsAt: number;
  /** Up to when alerts were. */
  readonly alertsAt: number;
  /** How often alerts were. */
  readonly alertCommits: number;
}

/** Lets a writer write until it is killed at a random moment. */
async function writeUntilKilled(writer: string, path: string, startAt: number): Promise<LastWords> {
  const child = spawn(process.execPath, [writer, path, String(startAt)]);
  const closed = once(child, 'close');
  let [told, errors] = ['', ''];
  const begun = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      told += chunk;
      if (told.includes('results')) resolve();
    });
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await Promise.race([begun, closed]);
  await delay(Math.random() * LONGEST_LIFE_MS);
  child.kill('SIGKILL');
  await closed;
  expect(errors).toBe('');
  // What stands behind the last line break was cut off.
  const lines = told.split('\n').slice(0, -1);
  const instants = (word: string) =>
    lines.filter((line) => line.startsWith(word)).map((line) => Number(line.slice(word.length)));
  const alerts = instants('alerts ');
  return {
    resultsAt: instants('results ').at(-1) ?? Number.NaN,
    alertsAt: alerts.at(-1) ?? Number.NaN,
    alertCommits: alerts.length,
  };
}

function numbers(database: SqlDatabase, sql: string): number[] {
  return (database.prepare(sql).rows()[0] ?? []).map(Number);
}

/** @returns up to when results are in the file */
function checkResults(database: SqlDatabase, committedAt: number): number {
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
  return newestAt;
}

/** @returns how many events of alerts are in the file */
function checkAlerts(database: SqlDatabase, committedAt: number): number {
  const [count = 0, newestAt = 0] = numbers(
    database,
    `SELECT (SELECT count(*) FROM event WHERE kind = 'alert'),
     (SELECT at FROM event WHERE kind = 'alert' ORDER BY id DESC LIMIT 1)`,
  );
  expect(newestAt).toBeGreaterThanOrEqual(committedAt);
  // One commit is there with all of its documents and its event, or not at all.
  const documents = database.prepare('SELECT kind, key, value FROM alert_document ORDER BY kind, key').rows();
  const third = (newestAt / MINUTE_MS) % 2 === 0 ? ['outbox', 'even'] : ['told', 'odd'];
  const keys = [['alert', 'a'], ['alert', 'b'], third];
  expect(documents).toEqual(keys.map((key) => [...key, String(newestAt)]));
  return count;
}

test(
  `a history that is killed ${KILLS} times loses nothing that was committed, and is sound each time`,
  async () => {
    const writer = await buildWriter();
    const path = join(temporaryFolder(), 'headroom.db');
    let [at, events] = [START_AT, 0];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { resultsAt, alertsAt, alertCommits } = await writeUntilKilled(writer, path, at);
      const database = openSqlDatabase(path);
      expect(onlyValue(database, 'PRAGMA integrity_check')).toBe('ok');
      at = checkResults(database, resultsAt);
      const eventsBefore = events;
      events = checkAlerts(database, alertsAt);
      // The last commit may have been made and not yet reported.
      expect(events - eventsBefore - alertCommits).toBeOneOf([0, 1]);
      database.close();
    }
    expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toEqual([]);
    expect(at).toBeGreaterThan(START_AT);
  },
  60_000 + KILLS * 2_000,
);

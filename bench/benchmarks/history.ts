import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyValue, openSqlDatabase } from '../../src/history/sqlite/sql-database.ts';
import type { SqliteHistory } from '../../src/history/sqlite/sqlite-history.ts';
import { credentialNames, openHistory, recordMinute } from '../history/credentials.ts';
import { fillHistory } from '../history/fill-history.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { type Finding, observe } from '../measure/finding.ts';

const CREDENTIALS = 1_000;
const DAYS = 90;
const SAMPLE_DAYS = 7;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const UNTIL = Date.UTC(2026, 10, 23);
const MINUTES = 20;
const QUERIES = 300;
const MIB = 2 ** 20;
const NAMES = credentialNames(CREDENTIALS);

/** How large the history gets, and how fast it is then. */
export const history: Benchmark = {
  name: 'history',
  about:
    `The history of ${CREDENTIALS} credentials that were polled every minute for ${DAYS} days, filled hour by hour; ` +
    `${QUERIES} charts of each range for credentials chosen at random, ${MINUTES} minutes of new results.`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
    try {
      return measure(join(folder, 'headroom.db'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function measure(path: string): Finding[] {
  let now = UNTIL - MINUTE_MS;
  const clock = { now: () => now, monotonicMs: () => performance.now() };
  const first = openHistory(path, NAMES, clock);
  recordMinute(first.history, NAMES, now);
  first.history.close();
  const life = { credentials: CREDENTIALS, days: DAYS, sampleDays: SAMPLE_DAYS, until: UNTIL };
  fillHistory(path, life);

  now = UNTIL;
  const memoryBefore = residentMib();
  const startedAt = performance.now();
  const { history, tick } = openHistory(path, NAMES, clock);
  const start = performance.now() - startedAt;
  const appends = Array.from({ length: MINUTES }, () => {
    now += MINUTE_MS;
    recordMinute(history, NAMES, now);
    return timeOf(tick);
  });
  const charts = [1, 7, 90].map((days) => chartFinding(history, days, now));
  const memory = residentMib() - memoryBefore;
  history.close();
  return [
    observe('size of the file', 'MiB', [statSync(path).size / MIB]),
    ...tableSizes(path),
    observe('start: opening, and recalling every state', 'ms', [start], 1_000),
    observe('writing the results of a minute', 'ms', appends),
    ...charts,
    observe('memory that start, results and charts added', 'MiB', [memory]),
  ];
}

/** The 99th percentile of many charts. */
function chartFinding(history: SqliteHistory, days: number, now: number): Finding {
  const times = Array.from({ length: QUERIES }, (_, i) => {
    const name = NAMES[(i * 617) % CREDENTIALS] ?? '';
    return timeOf(() => history.series(name, { from: now - days * DAY_MS, to: now, step: 'auto' }));
  }).sort((a, b) => a - b);
  const p99 = times[Math.floor(QUERIES * 0.99)] ?? Number.NaN;
  return observe(`chart of ${days === 1 ? '24 hours' : `${days} days`}, 99th percentile`, 'ms', [p99], 50);
}

function tableSizes(path: string): Finding[] {
  const database = openSqlDatabase(path);
  const rowsOf = (table: string): number => Number(onlyValue(database, `SELECT count(*) FROM ${table}`));
  const pages = Number(onlyValue(database, 'PRAGMA page_count')) * 4_096;
  const [samples, cells] = [rowsOf('sample'), rowsOf('rollup')];
  database.close();
  const polled = CREDENTIALS * DAYS * 24 * 60;
  return [
    observe('size per row kept (results and cells)', 'B', [pages / (samples + cells)]),
    observe('size per result polled', 'B', [pages / polled]),
  ];
}

function timeOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function residentMib(): number {
  return process.memoryUsage().rss / MIB;
}

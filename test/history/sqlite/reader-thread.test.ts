import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatHistory } from '../../../src/domain/history/history-text.ts';
import { HistoryQueryError } from '../../../src/domain/history/query.ts';
import { createReaderThread } from '../../../src/history/sqlite/reader-thread.ts';
import { createSqliteHistory } from '../../../src/history/sqlite/sqlite-history.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { MINUTE_MS, observation, START_AT } from '../fixtures.ts';
import { ANONYMOUS, createFixture, HOUR_MS, left, temporaryFolder } from './sqlite-fixture.ts';

/** As it is built: a thread of Node.js 20 runs no TypeScript. */
const PROGRAM = resolve(import.meta.dirname, '../../../dist/reader-program.js');
const QUERY = { from: START_AT, to: START_AT + HOUR_MS, step: 'raw' } as const;

/** A history that is read in a thread, with timers that a test fires. */
function threadedHistory(path = join(temporaryFolder(), 'headroom.db')) {
  if (!existsSync(PROGRAM)) throw new Error('dist/ is missing: run `npm run build`, or `npm test`');
  let timers: (() => void)[] = [];
  let ticks: (() => void)[] = [];
  let now = START_AT;
  const after = (_: number, run: () => void) => {
    timers.push(run);
    return () => {
      timers = timers.filter((other) => other !== run);
    };
  };
  const reader = createReaderThread({ path, program: pathToFileURL(PROGRAM), after });
  const { log, lines } = createLogRecorder();
  const history = createSqliteHistory({
    path,
    makesFolder: false,
    retentionMs: 90 * 24 * HOUR_MS,
    reader,
    clock: { now: () => now, monotonicMs: () => now },
    log,
    every(_, tick) {
      ticks.push(tick);
      return () => {
        ticks = [];
      };
    },
  });
  history.open();
  history.apply([ANONYMOUS]);
  onTestFinished(async () => {
    await reader.stop();
    history.close();
  });
  return {
    path,
    reader,
    history,
    lines,
    fireTimers: () => timers.forEach((run) => void run()),
    tick: () => ticks.forEach((tick) => void tick()),
    record(remaining: number) {
      history.record(observation('anonymous', left(remaining), now));
      now += MINUTE_MS;
    },
  };
}

describe('createReaderThread()', () => {
  test('answers every question as the event loop does', async () => {
    const { history, path, record, reader } = threadedHistory();
    for (const remaining of [90, 80, 70]) record(remaining);
    const ask = async (asked: typeof history) => ({
      series: await asked.series('anonymous', QUERY),
      cells: await asked.series('anonymous', { ...QUERY, step: 300_000 }),
      bucket: await asked.bucketSeries('192.0.2.1', QUERY),
      json: await asked.seriesText({ kind: 'credential', name: 'anonymous' }, QUERY, 'json'),
      csv: await asked.seriesText({ kind: 'bucket', name: '192.0.2.1' }, QUERY, 'csv'),
      missing: await asked.seriesText({ kind: 'credential', name: 'other' }, QUERY, 'json'),
      changes: await asked.changes('anonymous', QUERY),
      probes: await asked.recentProbes('anonymous'),
      samples: await asked.recentSamples(ANONYMOUS, 0),
      spending: await asked.hourlySpending(ANONYMOUS, undefined, 0),
    });
    const threaded = await ask(history);
    expect(threaded.series?.points.map(({ remaining }) => remaining)).toEqual([90, 80, 70]);
    expect(threaded.json).toBe(threaded.series && formatHistory(threaded.series, 'json'));
    expect(threaded.csv).toBe(threaded.bucket && formatHistory(threaded.bucket, 'csv'));
    expect(threaded.missing).toBeUndefined();
    expect(threaded.probes?.newest).toHaveLength(3);
    expect(reader.isRunning()).toBe(true);

    await reader.stop();
    history.close();

    expect(readdirSync(dirname(path))).toEqual(['headroom.db']);
    expect(threaded).toEqual(await ask(createFixture({ path, startAt: START_AT + HOUR_MS }).history()));
  });

  test('reads what was recorded a moment ago, with outcomes that were not there when the thread began', async () => {
    const { history, record } = threadedHistory();
    record(90);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(1);
    history.record(
      observation('anonymous', left(40, { limit: 200, source: '192.0.2.9' }), START_AT + MINUTE_MS),
    );
    const points = (await history.series('anonymous', QUERY))?.points;
    expect(points?.map(({ limit }) => limit)).toEqual([100, 200]);
  });

  test('throws the errors of a question as the event loop does', async () => {
    const { history, record } = threadedHistory();
    record(90);
    await expect(history.series('anonymous', { ...QUERY, step: 1 })).rejects.toThrow(HistoryQueryError);
  });

  test('sends the same query once, and ends the thread after a while without queries', async () => {
    const { history, record, reader, fireTimers } = threadedHistory();
    record(90);
    const [one, two] = [history.series('anonymous', QUERY), history.series('anonymous', QUERY)];
    expect(await one).toBe(await two);
    expect(reader.isRunning()).toBe(true);
    fireTimers();
    await reader.stop();
    expect(reader.isRunning()).toBe(false);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(1);
  });

  test('rejects what waits when it ends, and reads again afterwards', async () => {
    const { history, record, reader } = threadedHistory();
    record(90);
    const waiting = history.series('anonymous', QUERY);
    void reader.stop();
    await expect(waiting).rejects.toThrow('The thread that reads the history was stopped');
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(1);
  });

  test('reads the new file after the old one was replaced', async () => {
    const { history, record, path, tick, lines } = threadedHistory();
    record(90);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(1);
    renameSync(path, `${path}.old`);
    tick();
    record(80);
    record(70);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(2);
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
  });

  test('leaves the file before it is opened anew because its log was deleted, and nothing is lost', async () => {
    const { history, record, path, reader, tick, lines } = threadedHistory();
    record(90);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(1);
    rmSync(`${path}-wal`);
    record(80);
    tick();
    expect(lines).toEqual([]);
    await reader.stop();
    tick();
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    record(70);
    expect((await history.series('anonymous', QUERY))?.points).toHaveLength(3);
  });
});

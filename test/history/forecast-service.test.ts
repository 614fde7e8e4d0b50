import { describe, expect, test } from 'vitest';
import type { SeriesPoint } from '../../src/domain/forecast/series-point.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Outcome } from '../../src/domain/result.ts';
import { createForecastService } from '../../src/history/forecast-service.ts';
import type { RecentSamples } from '../../src/history/history.ts';
import { MINUTE_MS, minutely, START, series } from '../domain/forecast/series.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { anonymous } from './fixtures.ts';
import { queuedTimers } from './queued-timers.ts';

const NOW = START + 60 * MINUTE_MS;

/** A service at `NOW` over these credentials, whose past is `recalled`. */
function createService(names: readonly string[], recalled?: RecentSamples['recentSamples']) {
  const timers = queuedTimers(NOW);
  const recorder = createLogRecorder();
  const service = createForecastService({
    clock: { now: () => timers.nowMs, monotonicMs: () => timers.nowMs },
    log: recorder.log,
    after: timers.after,
    past: recalled && { recentSamples: recalled, hourlySpending: () => [], refreshEveryMs: 3_600_000 },
  });
  service.apply(names.map((name) => anonymous(name)));
  const record = (credential: string, outcome: Outcome, at = timers.nowMs) =>
    service.record({ credential, at, durationMs: 100, intervalMs: MINUTE_MS, outcome });
  return { service, timers, record, recorder };
}

function left(remaining: number, source?: string): Outcome {
  const [limit, windowSeconds] = [100, 3_600];
  return { kind: 'limited', limit, remaining, windowSeconds, source: parseSource(source), downgraded: false };
}

const FAILED: Outcome = { kind: 'failed', reason: 'timeout', detail: '' };
/** An hour in which two pulls a minute are spent from the middle on. */
const HOUR = minutely(series(60, (minute) => (minute < 30 ? 100 : 100 - 2 * (minute - 30))));

describe('createForecastService()', () => {
  test('createForecastService() foresees a bucket soon after a result, not before', () => {
    const { service, timers, record } = createService(['a']);
    const before = service.version();
    record('a', left(50, '192.0.2.1'));
    expect([service.outlookOf('a'), service.version()]).toEqual([undefined, before]);

    timers.runAll();

    expect(service.outlookOf('a')?.forecast).toMatchObject({
      kind: 'too-little-data',
      remaining: 50,
      samples: 1,
    });
    expect(service.version()).toBeGreaterThan(before);
  });

  test('createForecastService() gives the same outlook until another is made', () => {
    const { service, timers, record } = createService(['a']);
    record('a', left(50));
    timers.runAll();
    const outlook = service.outlookOf('a');
    expect(service.outlookOf('a')).toBe(outlook);

    timers.nowMs += MINUTE_MS;
    record('a', left(49));
    timers.runAll();
    expect(service.outlookOf('a')).not.toBe(outlook);
  });

  test('createForecastService() makes one forecast of a bucket that many report', () => {
    const names = ['a', 'b', 'c'];
    const { service, timers, record } = createService(names);
    for (const name of names) record(name, left(50, '192.0.2.1'));
    const before = service.version();
    timers.runAll();

    expect(service.version()).toBe(before + 1);
    const forecasts = names.map((name) => service.outlookOf(name)?.forecast);
    expect(new Set(forecasts).size).toBe(1);
  });

  test('createForecastService() joins what the credentials of a bucket see', () => {
    const { service, timers, record } = createService(['a', 'b']);
    for (let minute = 0; minute < 6; minute += 1) {
      timers.nowMs = NOW + minute * MINUTE_MS;
      record(minute % 2 === 0 ? 'a' : 'b', left(50 - minute, '192.0.2.1'));
    }
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'forecast', remaining: 45 });
  });

  test('createForecastService() keeps credentials without a source apart', () => {
    const { service, timers, record } = createService(['a', 'b']);
    record('a', left(50));
    record('b', left(20));
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ remaining: 50 });
    expect(service.outlookOf('b')?.forecast).toMatchObject({ remaining: 20 });
  });

  test('createForecastService() follows a credential to another source, and states when it is a pool', () => {
    const { service, timers, record } = createService(['a']);
    const sources = ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.2'];
    for (const [i, source] of sources.entries()) {
      timers.nowMs += MINUTE_MS;
      record('a', left(50 - i, source));
    }
    timers.runAll();
    expect(service.outlookOf('a')).toMatchObject({
      forecast: { remaining: 47, samples: 2 },
      pool: { sources: ['192.0.2.1', '192.0.2.2'] },
    });
  });

  test('createForecastService() reads nothing from a failure but the time', () => {
    const { service, timers, record } = createService(['a']);
    record('a', left(50));
    timers.runAll();
    timers.nowMs += 30 * MINUTE_MS;
    record('a', FAILED);
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toEqual({ kind: 'unknown', reason: 'stale' });
  });

  test('createForecastService() recalls what was seen before the start', () => {
    const asked: number[] = [];
    const { service, timers } = createService(['a'], (_, from) => {
      asked.push(from);
      return HOUR;
    });
    timers.runAll();
    expect(asked).toEqual([NOW - 48 * 60 * MINUTE_MS]);
    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'forecast', remaining: 42 });
  });

  test('createForecastService() joins what it recalls with a result that came sooner', () => {
    const { service, timers, record } = createService(['a'], () => HOUR);
    record('a', left(40, '192.0.2.1'));
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'forecast', remaining: 40 });
  });

  test('createForecastService() goes on while the past is slow, sends one query at a time, and joins results', async () => {
    const answers: ((points: readonly SeriesPoint[]) => void)[] = [];
    const { service, timers, record } = createService(
      ['a', 'b'],
      () => new Promise((give) => answers.push(give)),
    );
    record('a', left(40, '192.0.2.1'));
    record('b', left(70, '192.0.2.2'));
    timers.runAll();
    expect([service.outlookOf('a')?.forecast.kind, answers.length]).toEqual(['too-little-data', 1]);

    answers[0]?.(HOUR);
    await expect.poll(() => timers.pending()).toBeGreaterThan(0);
    timers.runAll();

    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'forecast', remaining: 40 });
    expect(answers).toHaveLength(2);
    service.apply([anonymous('a')]);
    answers[1]?.(HOUR);
    await expect.poll(() => timers.pending()).toBeGreaterThan(0);
    timers.runAll();
    expect(service.outlookOf('b')).toBeUndefined();
  });

  test('createForecastService() begins anew when a slow past fails in the end, and reports it once', async () => {
    const { service, timers, record, recorder } = createService(['a'], () =>
      Promise.reject(new Error('Gone')),
    );
    record('a', left(40));
    timers.runAll();
    await expect.poll(() => recorder.lines.length).toBe(1);
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'too-little-data' });
    expect(recorder.lines).toMatchObject([{ level: 'warn', fields: { credential: 'a' } }]);
  });

  test('createForecastService() begins anew when the past cannot be read, and reports it', () => {
    const { service, timers, record, recorder } = createService(['a'], () => {
      throw new Error('The file is gone');
    });
    record('a', left(40));
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ kind: 'too-little-data' });
    expect(recorder.lines).toHaveLength(1);
  });

  test('createForecastService() forgets a credential that becomes another one', () => {
    const { service, timers, record } = createService(['a', 'b']);
    record('a', left(50, '192.0.2.1'));
    record('b', left(60, '192.0.2.2'));
    timers.runAll();
    const kept = service.outlookOf('a');

    service.apply([anonymous('a'), anonymous('b', 'another hub')]);
    timers.runAll();

    expect(service.outlookOf('a')).toBe(kept);
    expect(service.outlookOf('b')).toBeUndefined();
    record('b', left(60, '192.0.2.2'));
    timers.runAll();
    expect(service.outlookOf('b')?.forecast).toMatchObject({ samples: 1 });
  });

  test('createForecastService() passes over a result of a credential that is gone', () => {
    const { service, timers, record } = createService(['a']);
    record('b', left(50));
    timers.runAll();
    expect(service.outlookOf('b')).toBeUndefined();
  });

  test('createForecastService() states what unlimited is', () => {
    const { service, timers, record } = createService(['a']);
    record('a', { kind: 'unlimited', source: undefined });
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toEqual({ kind: 'unlimited' });
  });

  test('createForecastService() makes no more forecasts after stop()', () => {
    const { service, timers, record } = createService(['a']);
    service.stop();
    record('a', left(50));
    timers.runAll();
    expect(service.outlookOf('a')).toBeUndefined();
  });

  test('createForecastService() does not mind a clock that was set back', () => {
    const { service, timers, record } = createService(['a']);
    record('a', left(50), NOW + 60 * MINUTE_MS);
    record('a', left(49));
    timers.runAll();
    expect(service.outlookOf('a')?.forecast).toMatchObject({ at: NOW, remaining: 49 });
  });

  test('createForecastService() gives the newest series of a bucket to each of its credentials', () => {
    const { service, timers, record } = createService(['a', 'b']);
    for (const name of ['a', 'b']) record(name, left(50, '192.0.2.1'));
    expect(service.courseOf('a')).toBeUndefined();
    timers.runAll();
    expect(service.courseOf('a')).toMatchObject({ limit: 100, to: NOW });
    expect(service.courseOf('b')).toBe(service.courseOf('a'));
    expect(service.courseOf('c')).toBeUndefined();
  });
});

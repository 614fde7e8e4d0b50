import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCronTicker } from '../../src/poller/cron-ticker.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';

// node-cron owns its timers and its clock: only fake ones drive them.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A Friday, in the time zone of the process. */
function friday(hour: number, minute: number, second = 0): Date {
  return new Date(2026, 10, 20, hour, minute, second);
}

const { log } = createLogRecorder();

describe('createCronTicker()', () => {
  test.each<{ schedule: string; at: Date; intervalSeconds: number; why: string }>([
    { schedule: '* * * * *', at: friday(12, 0), intervalSeconds: 60, why: 'each minute' },
    { schedule: '*/5 * * * *', at: friday(12, 3), intervalSeconds: 300, why: 'each fifth minute' },
    { schedule: '*/10 * * * * *', at: friday(12, 0, 7), intervalSeconds: 10, why: '6 fields: seconds' },
    { schedule: '30 0 * * * *', at: friday(12, 0), intervalSeconds: 3_600, why: '6 fields: hourly' },
    { schedule: '0 9 * * *', at: friday(12, 0), intervalSeconds: 86_400, why: 'daily' },
    { schedule: '* 8-17 * * 1-5', at: friday(12, 0), intervalSeconds: 60, why: 'within office hours' },
    {
      schedule: '* 8-17 * * 1-5',
      at: friday(17, 58),
      intervalSeconds: 60,
      why: 'before the last tick of the week',
    },
    {
      schedule: '* 8-17 * * 1-5',
      at: friday(17, 59),
      intervalSeconds: 60,
      why: 'after the last tick of the week',
    },
    { schedule: '* 8-17 * * 1-5', at: friday(21, 0), intervalSeconds: 60, why: 'outside office hours' },
    { schedule: '0 9,17 * * *', at: friday(12, 0), intervalSeconds: 28_800, why: 'twice a day' },
  ])('has an interval of $intervalSeconds s for "$schedule", $why', ({ schedule, at, intervalSeconds }) => {
    vi.setSystemTime(at);
    const ticker = createCronTicker(log)(schedule, () => undefined);
    expect(ticker.intervalMs()).toBe(intervalSeconds * 1_000);
    ticker.stop();
  });

  test('ticks when the schedule says so, until it is stopped', async () => {
    vi.setSystemTime(friday(12, 0, 30));
    const ticks: string[] = [];
    const ticker = createCronTicker(log)('* * * * *', () =>
      ticks.push(new Date().toTimeString().slice(0, 8)),
    );
    await vi.advanceTimersByTimeAsync(120_000);
    ticker.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ticks).toEqual(['12:01:00', '12:02:00']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('learns the interval anew as the schedule goes on', async () => {
    vi.setSystemTime(friday(12, 0, 30));
    const intervals: number[] = [];
    // Each minute in the first five of an hour, then each tenth minute.
    const ticker = createCronTicker(log)('0-5,10-50/10 * * * *', () => intervals.push(ticker.intervalMs()));
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    ticker.stop();
    expect(intervals).toEqual([60_000, 60_000, 60_000, 300_000, 600_000, 600_000]);
  });

  test('ticks once, late, after the process was asleep', async () => {
    vi.setSystemTime(friday(12, 0, 30));
    const ticks: string[] = [];
    const { log: recorded, lines } = createLogRecorder();
    const ticker = createCronTicker(recorded)('* * * * *', () =>
      ticks.push(new Date().toTimeString().slice(0, 8)),
    );
    vi.setSystemTime(friday(14, 30, 20));
    await vi.advanceTimersByTimeAsync(40_000);
    ticker.stop();
    expect(ticks).toEqual(['14:30:50', '14:31:00']);
    expect(lines).toEqual([]);
  });

  test('goes on after a tick that threw, and logs it', async () => {
    vi.setSystemTime(friday(12, 0, 30));
    const { log: recorded, lines } = createLogRecorder();
    let ticks = 0;
    const ticker = createCronTicker(recorded)('* * * * *', () => {
      ticks += 1;
      throw new Error('Bad tick');
    });
    await vi.advanceTimersByTimeAsync(120_000);
    ticker.stop();
    expect(ticks).toBe(2);
    expect(lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  test.each(['every day', '* * * *', '61 * * * *', '* * 30 2 *'])('refuses "%s"', (schedule) => {
    expect(() => createCronTicker(log)(schedule, () => undefined)).toThrow();
  });
});

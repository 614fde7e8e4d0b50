import { describe, expect, test } from 'vitest';
import { createCronTicker } from '../../src/poller/cron-ticker.ts';
import type { Schedule } from '../../src/poller/schedule-groups.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { createVirtualTime } from './virtual-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Starts a schedule in virtual time. Returns it with the wall-clock times of its ticks in UTC. */
function run(schedule: Schedule, startAt: number, onTick: () => void = () => undefined) {
  const time = createVirtualTime(startAt);
  const { log, lines } = createLogRecorder();
  const ticks: string[] = [];
  const ticker = createCronTicker({ ...time, log })(schedule, () => {
    ticks.push(new Date(time.clock.now()).toISOString().slice(11, 19));
    onTick();
  });
  return { time, ticker, ticks, lines };
}

/** A Friday in UTC. */
function friday(hour: number, minute: number, second = 0): number {
  return Date.UTC(2026, 10, 20, hour, minute, second);
}

describe('createCronTicker()', () => {
  test.each<{ schedule: string; at: number; intervalSeconds: number; why: string }>([
    { schedule: '* * * * *', at: friday(12, 0), intervalSeconds: 60, why: 'each minute' },
    { schedule: '*/5 * * * *', at: friday(12, 3), intervalSeconds: 300, why: 'each fifth minute' },
    { schedule: '*/10 * * * * *', at: friday(12, 0, 7), intervalSeconds: 10, why: '6 fields: seconds' },
    { schedule: '30 0 * * * *', at: friday(12, 0), intervalSeconds: 3_600, why: '6 fields: hourly' },
    { schedule: '0 */2 * * *', at: friday(12, 0), intervalSeconds: 7_200, why: 'each second hour' },
    { schedule: '0 9 * * *', at: friday(12, 0), intervalSeconds: 86_400, why: 'daily' },
    { schedule: '* 8-17 * * 1-5', at: friday(12, 0), intervalSeconds: 60, why: 'within office hours' },
    { schedule: '* 8-17 * * 1-5', at: friday(17, 58), intervalSeconds: 60, why: 'before the weekend' },
    { schedule: '* 8-17 * * 1-5', at: friday(17, 59), intervalSeconds: 60, why: 'at the weekend' },
    { schedule: '* 8-17 * * 1-5', at: friday(21, 0), intervalSeconds: 60, why: 'outside office hours' },
    { schedule: '0 9,17 * * *', at: friday(12, 0), intervalSeconds: 28_800, why: 'twice a day' },
  ])('has an interval of $intervalSeconds s for "$schedule", $why', ({ schedule, at, intervalSeconds }) => {
    const { ticker } = run({ expression: schedule, timezone: undefined }, at);
    expect(ticker.intervalMs()).toBe(intervalSeconds * 1_000);
  });

  test('ticks by the schedule until it is stopped', async () => {
    const { time, ticker, ticks } = run({ expression: '* * * * *' }, friday(12, 0, 30));
    expect(ticker.untilNextMs()).toBe(30_000);
    await time.advance(2 * MINUTE_MS);
    ticker.stop();
    await time.advance(10 * MINUTE_MS);
    expect(ticks).toEqual(['12:01:00', '12:02:00']);
    expect(time.pending()).toBe(0);
  });

  test('computes the interval again after each tick', async () => {
    const intervals: number[] = [];
    // Each minute in the first five of an hour, then each tenth minute.
    const { time, ticker } = run({ expression: '0-5,10-50/10 * * * *' }, friday(12, 0, 30), () =>
      intervals.push(ticker.intervalMs()),
    );
    await time.advance(15 * MINUTE_MS);
    expect(intervals).toEqual([60_000, 60_000, 60_000, 300_000, 600_000, 600_000]);
  });

  test('ticks once, late, after a suspension', async () => {
    const { time, ticks, lines } = run({ expression: '* * * * *' }, friday(12, 0, 30));
    time.sleep(150 * MINUTE_MS);
    await time.advance(40_000);
    expect(ticks).toEqual(['14:30:30', '14:31:00']);
    expect(lines).toEqual([]);
  });

  test('continues after a tick that throws, and logs the error', async () => {
    const { time, ticks, lines } = run({ expression: '* * * * *' }, friday(12, 0, 30), () => {
      throw new Error('Bad tick');
    });
    await time.advance(2 * MINUTE_MS);
    expect(ticks).toHaveLength(2);
    expect(lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  test.each([
    { jump: 'back an hour', jumpMs: -HOUR_MS },
    { jump: 'forward an hour', jumpMs: HOUR_MS },
    { jump: 'back ten years', jumpMs: -10 * 366 * 24 * HOUR_MS },
    { jump: 'forward by half a minute', jumpMs: MINUTE_MS / 2 },
  ])('keeps a fixed interval when the wall clock is set $jump', async ({ jumpMs }) => {
    const { time, ticker, ticks } = run({ expression: '* * * * *' }, friday(12, 0, 30));
    await time.advance(5 * MINUTE_MS);
    time.setWallClock(jumpMs);
    ticker.clockJumped();
    expect(ticker.untilNextMs()).toBe(30_000);
    await time.advance(10 * MINUTE_MS);
    expect(ticks).toHaveLength(15);
  });

  test('follows the wall clock for times of day', async () => {
    const { time, ticker, ticks } = run({ expression: '0 9 * * *', timezone: 'UTC' }, friday(8, 0));
    time.setWallClock(-2 * HOUR_MS);
    ticker.clockJumped();
    await time.advance(3 * HOUR_MS);
    expect(ticks).toEqual(['09:00:00']);
  });

  test('ticks once, at once, when the wall clock is set past several runs', async () => {
    const { time, ticker, ticks } = run({ expression: '0 9,10 * * *', timezone: 'UTC' }, friday(8, 30));
    time.setWallClock(2 * HOUR_MS);
    ticker.clockJumped();
    await time.advance(HOUR_MS);
    expect(ticks).toEqual(['10:30:00']);
  });

  test.each(['every day', '* * * *', '61 * * * *', '* * 30 2 *'])('refuses "%s"', (schedule) => {
    expect(() => run({ expression: schedule }, friday(12, 0))).toThrow(SyntaxError);
  });
});

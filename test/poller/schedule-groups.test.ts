import { describe, expect, test } from 'vitest';
import type { StartTicker } from '../../src/poller/schedule-groups.ts';
import { ScheduleGroups } from '../../src/poller/schedule-groups.ts';

/** Creates tickers that tick when the test calls them. */
function createFixture() {
  const running = new Map<string, () => void>();
  const startTicker: StartTicker = ({ expression }, onTick) => {
    if (running.has(expression)) throw new Error(`Started twice: ${expression}`);
    running.set(expression, onTick);
    return {
      intervalMs: () => 60_000,
      untilNextMs: () => 60_000,
      clockJumped: () => jumped.push(expression),
      stop: () => running.delete(expression),
    };
  };
  const jumped: string[] = [];
  const ticks: string[] = [];
  const member = (name: string) => ({ tick: () => void ticks.push(name) });
  return { groups: new ScheduleGroups(startTicker), running, jumped, ticks, member };
}

/** Creates tickers that record the time zones they were started for. */
function countingTickers() {
  const started: (string | undefined)[] = [];
  const startTicker: StartTicker = ({ timezone }) => {
    started.push(timezone);
    return {
      intervalMs: () => 60_000,
      untilNextMs: () => 60_000,
      clockJumped: () => undefined,
      stop: () => undefined,
    };
  };
  return { startTicker, started };
}

describe('ScheduleGroups', () => {
  test('starts one ticker for all members of a schedule', () => {
    const { groups, running, ticks, member } = createFixture();
    groups.join({ expression: '* * * * *' }, member('a'));
    groups.join({ expression: '* * * * *' }, member('b'));
    groups.join({ expression: '*/5 * * * *' }, member('c'));
    running.get('* * * * *')?.();
    expect([...running.keys()]).toEqual(['* * * * *', '*/5 * * * *']);
    expect(ticks).toEqual(['a', 'b']);
  });

  test('stops tickers without members in dropEmpty()', () => {
    const { groups, running, ticks, member } = createFixture();
    const [a, b] = [member('a'), member('b')];
    groups.join({ expression: '* * * * *' }, a);
    groups.join({ expression: '* * * * *' }, b);
    groups.leave({ expression: '* * * * *' }, a);
    groups.dropEmpty();
    running.get('* * * * *')?.();
    expect(ticks).toEqual(['b']);
    groups.leave({ expression: '* * * * *' }, b);
    expect(running.size).toBe(1);
    groups.dropEmpty();
    expect(running.size).toBe(0);
  });

  test('distinguishes schedules of two zones', () => {
    const { startTicker, started } = countingTickers();
    const groups = new ScheduleGroups(startTicker);
    groups.tickerOf({ expression: '0 9 * * 1', timezone: 'Europe/Berlin' });
    groups.tickerOf({ expression: '0 9 * * 1', timezone: 'America/New_York' });
    groups.tickerOf({ expression: '0 9 * * 1', timezone: 'Europe/Berlin' });
    expect(started).toEqual(['Europe/Berlin', 'America/New_York']);
  });

  test('notifies all tickers that the clock was set', () => {
    const { groups, jumped, member } = createFixture();
    groups.join({ expression: '* * * * *' }, member('a'));
    groups.join({ expression: '0 9 * * 1' }, member('b'));
    groups.clockJumped();
    expect(jumped).toEqual(['* * * * *', '0 9 * * 1']);
  });

  test('stops all tickers', () => {
    const { groups, running, member } = createFixture();
    groups.join({ expression: '* * * * *' }, member('a'));
    groups.join({ expression: '*/5 * * * *' }, member('b'));
    groups.stop();
    expect(running.size).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { ScheduleGroups } from '../../src/poller/schedule-groups.ts';
import type { StartTicker } from '../../src/poller/ticker.ts';

/** Tickers that tick when told to. */
function createScene() {
  const running = new Map<string, () => void>();
  const startTicker: StartTicker = (expression, onTick) => {
    if (running.has(expression)) throw new Error(`Started twice: ${expression}`);
    running.set(expression, onTick);
    return { intervalMs: () => 60_000, stop: () => running.delete(expression) };
  };
  const ticks: string[] = [];
  const member = (name: string) => ({ tick: () => void ticks.push(name) });
  return { groups: new ScheduleGroups(startTicker), running, ticks, member };
}

describe('ScheduleGroups', () => {
  test('starts one ticker for all that follow a schedule', () => {
    const { groups, running, ticks, member } = createScene();
    groups.join('* * * * *', member('a'));
    groups.join('* * * * *', member('b'));
    groups.join('*/5 * * * *', member('c'));
    running.get('* * * * *')?.();
    expect([...running.keys()]).toEqual(['* * * * *', '*/5 * * * *']);
    expect(ticks).toEqual(['a', 'b']);
  });

  test('stops a ticker that nobody follows any more, when it is told to', () => {
    const { groups, running, ticks, member } = createScene();
    const [a, b] = [member('a'), member('b')];
    groups.join('* * * * *', a);
    groups.join('* * * * *', b);
    groups.leave('* * * * *', a);
    groups.dropEmpty();
    running.get('* * * * *')?.();
    expect(ticks).toEqual(['b']);
    groups.leave('* * * * *', b);
    expect(running.size).toBe(1);
    groups.dropEmpty();
    expect(running.size).toBe(0);
  });

  test('stops them all', () => {
    const { groups, running, member } = createScene();
    groups.join('* * * * *', member('a'));
    groups.join('*/5 * * * *', member('b'));
    groups.stop();
    expect(running.size).toBe(0);
  });
});

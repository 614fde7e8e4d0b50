import { describe, expect, test } from 'vitest';
import { createUnhurriedWork } from '../../src/history/unhurried-work.ts';
import { queuedTimers } from './queued-timers.ts';

/** Work of so many pieces, each of which takes 5 ms. */
function createWork() {
  const timers = queuedTimers();
  const world = { left: 0, done: 0, onStep: (): void => undefined };
  const work = createUnhurriedWork({
    monotonicMs: () => timers.nowMs,
    after: timers.after,
    step() {
      timers.nowMs += 5;
      world.left -= 1;
      world.done += 1;
      world.onStep();
      return world.left > 0;
    },
  });
  return { timers, world, work };
}

describe('createUnhurriedWork()', () => {
  test('createUnhurriedWork() begins at once, and rests nine times as long as each piece took', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    work.wake();
    timers.runAll();
    expect(world.done).toBe(3);
    expect(timers.waits).toEqual([0, 45, 45]);
  });

  test('createUnhurriedWork() rests after the last piece too, before it begins again', () => {
    const { timers, world, work } = createWork();
    world.left = 1;
    work.wake();
    timers.runAll();
    timers.nowMs += 20;
    world.left = 1;
    work.wake();
    timers.runAll();
    expect(timers.waits).toEqual([0, 25]);
  });

  test('createUnhurriedWork() does one piece at a time, however often it is woken', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    world.onStep = () => work.wake();
    work.wake();
    work.wake();
    timers.runNext();
    expect(timers.pending()).toBe(1);
    expect(timers.waits.at(-1)).toBe(45);
  });

  test('createUnhurriedWork() does nothing more after stop()', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    work.wake();
    timers.runNext();
    work.stop();
    work.wake();
    timers.runAll();
    expect(world.done).toBe(1);
  });

  test('createUnhurriedWork() can be stopped by a piece of it', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    world.onStep = () => work.stop();
    work.wake();
    timers.runAll();
    expect(world.done).toBe(1);
  });
});

import { describe, expect, test } from 'vitest';
import { createBackgroundWork, createQueryThrottle } from '../../src/history/background-work.ts';
import { queuedTimers } from './queued-timers.ts';

/** Work of so many pieces, each of which takes 5 ms. */
function createWork() {
  const timers = queuedTimers();
  const world = { left: 0, done: 0, onStep: (): void => undefined };
  const work = createBackgroundWork({
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

describe('createBackgroundWork()', () => {
  test('createBackgroundWork() begins at once, and rests nine times as long as each piece took', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    work.wake();
    timers.runAll();
    expect(world.done).toBe(3);
    expect(timers.waits).toEqual([0, 45, 45]);
  });

  test('createBackgroundWork() rests after the last piece too, before it begins again', () => {
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

  test('createBackgroundWork() does one piece at a time, however often it is woken', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    world.onStep = () => work.wake();
    work.wake();
    work.wake();
    timers.runNext();
    expect(timers.pending()).toBe(1);
    expect(timers.waits.at(-1)).toBe(45);
  });

  test('createBackgroundWork() does nothing more after stop()', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    work.wake();
    timers.runNext();
    work.stop();
    work.wake();
    timers.runAll();
    expect(world.done).toBe(1);
  });

  test('createBackgroundWork() can be stopped by a piece of it', () => {
    const { timers, world, work } = createWork();
    world.left = 3;
    world.onStep = () => work.stop();
    work.wake();
    timers.runAll();
    expect(world.done).toBe(1);
  });
});

function patience() {
  const timers = queuedTimers();
  const told: unknown[] = [];
  const questions = createQueryThrottle({
    monotonicMs: () => timers.nowMs,
    after: timers.after,
    onReady: () => told.push('free'),
  });
  const ask = (question: () => unknown) =>
    questions.run(
      question,
      (answer) => told.push(answer),
      (error) => told.push(error),
    );
  return { timers, questions, told, ask };
}

describe('createQueryThrottle()', () => {
  test('hands on at once what is there at once, and does not rest', () => {
    const { timers, questions, told, ask } = patience();
    const error = new Error('The disk is gone');
    ask(() => 1);
    ask(() => {
      throw error;
    });
    expect(told).toEqual([1, error]);
    expect([questions.isReady(), timers.pending()]).toEqual([true, 0]);
  });

  // How long an answer took, and how long the rest after it is, in milliseconds.
  test.each([
    [100, 900],
    [60_000, 2_000],
  ])('after an answer that took %i ms rests for %i ms', async (tookMs, restMs) => {
    const { timers, questions, told, ask } = patience();
    let answer: (value: number) => void = () => undefined;
    ask(() => new Promise((resolve) => (answer = resolve)));
    expect(questions.isReady()).toBe(false);
    timers.nowMs += tookMs;
    answer(7);
    await expect.poll(() => timers.waits).toEqual([restMs]);
    expect([told, questions.isReady()]).toEqual([[7], false]);
    timers.runAll();
    expect([told, questions.isReady()]).toEqual([[7, 'free'], true]);
  });

  test('hands on a rejection, and rests too', async () => {
    const { timers, told, ask } = patience();
    const error = new Error('Nobody answers');
    ask(() => Promise.reject(error));
    await expect.poll(() => timers.pending()).toBe(1);
    expect(told).toEqual([error]);
  });

  test('hands on nothing after stop()', async () => {
    const { timers, questions, told, ask } = patience();
    const answered = Promise.resolve(1);
    ask(() => answered);
    questions.stop();
    await answered;
    await Promise.resolve();
    expect([told, timers.pending()]).toEqual([[], 0]);
  });
});

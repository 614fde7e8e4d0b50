import { describe, expect, test } from 'vitest';
import { createLimiter, Fifo, type Limiter, type Priority } from '../../src/kit/limiter.ts';
import { settled } from '../poller/virtual-time.ts';

test('Fifo gives back what it was given, in that order, through thousands of items', () => {
  const queue = new Fifo<number>();
  const taken: (number | undefined)[] = [];
  for (let i = 0; i < 5_000; i++) {
    queue.push(i);
    if (i % 3 === 0) taken.push(queue.take());
  }
  while (taken.length < 5_000) taken.push(queue.take());

  expect(taken).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  expect(queue.take()).toBeUndefined();
});

/** A limiter with jobs that a test ends. */
function createFixture(size: number) {
  const limiter = createLimiter(size);
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const enter = (from: number, to = from, priority: Priority = 'normal') => {
    for (let i = from; i <= to; i++) {
      limiter.run(() => {
        started.push(i);
        return new Promise((resolve) => ends.set(i, resolve));
      }, priority);
    }
  };
  const end = async (i: number) => {
    ends.get(i)?.();
    await settled();
  };
  return { limiter, started, enter, end };
}

describe('createLimiter()', () => {
  test('runs as many jobs at once as its size', () => {
    const { started, enter } = createFixture(2);
    enter(1, 5);
    expect(started).toEqual([1, 2]);
  });

  test('lets the others in when one ends, in the order in which they came', async () => {
    const { started, enter, end } = createFixture(2);
    enter(1, 5);
    await end(2);
    await end(1);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('runs more when it is widened, and lets running jobs end when it is narrowed', async () => {
    const { limiter, started, enter, end } = createFixture(1);
    enter(1, 6);
    limiter.resize(3);
    expect(started).toEqual([1, 2, 3]);
    limiter.resize(1);
    await end(1);
    await end(2);
    expect(started).toEqual([1, 2, 3]);
    await end(3);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('keeps the order and the bound through thousands of jobs', async () => {
    const limiter = createLimiter(16);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    for (let i = 0; i < 5_000; i++) {
      limiter.run(async () => {
        started.push(i);
        most = Math.max(most, ++running);
        await settled();
        running -= 1;
      }, 'normal');
    }
    while (started.length < 5_000 || running > 0) await settled();
    expect(started).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(most).toBe(16);
  });

  test('lets the usual jobs pass the slow ones that wait', async () => {
    const { started, enter, end } = createFixture(1);
    enter(1, 3, 'low');
    enter(4, 5);
    await end(1);
    await end(4);
    await end(5);
    expect(started).toEqual([1, 4, 5, 2]);
  });

  // limiter | how many of them slow jobs may take
  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [16, 12],
    [1_000, 750],
  ])('of %i limiter gives slow jobs %i, and the rest to usual ones', (size, slowLanes) => {
    const { started, enter } = createFixture(size);
    enter(1, 2_000, 'low');
    expect(started).toHaveLength(slowLanes);
    enter(2_001, 4_000);
    expect(started).toHaveLength(size);
  });

  test('accepts a job that comes from within a job', async () => {
    const limiter: Limiter = createLimiter(1);
    const order: string[] = [];
    limiter.run(async () => {
      limiter.run(async () => {
        order.push('inner');
      }, 'normal');
      order.push('outer');
    }, 'normal');
    await settled();
    expect(order).toEqual(['outer', 'inner']);
  });
});

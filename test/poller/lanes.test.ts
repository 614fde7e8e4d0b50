import { describe, expect, test } from 'vitest';
import { createLanes, type Lanes } from '../../src/poller/lanes.ts';
import { settled } from './virtual-time.ts';

/** Lanes with jobs that end when told to. */
function createScene(size: number) {
  const lanes = createLanes(size);
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const enter = (from: number, to = from) => {
    for (let i = from; i <= to; i++) {
      lanes.enter(() => {
        started.push(i);
        return new Promise((resolve) => ends.set(i, resolve));
      });
    }
  };
  const end = async (i: number) => {
    ends.get(i)?.();
    await settled();
  };
  return { lanes, started, enter, end };
}

describe('createLanes()', () => {
  test('runs as many jobs at once as there are lanes', () => {
    const { started, enter } = createScene(2);
    enter(1, 5);
    expect(started).toEqual([1, 2]);
  });

  test('lets the others in when one ends, in the order in which they came', async () => {
    const { started, enter, end } = createScene(2);
    enter(1, 5);
    await end(2);
    await end(1);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('runs more when it is widened, and lets running jobs end when it is narrowed', async () => {
    const { lanes, started, enter, end } = createScene(1);
    enter(1, 6);
    lanes.resize(3);
    expect(started).toEqual([1, 2, 3]);
    lanes.resize(1);
    await end(1);
    await end(2);
    expect(started).toEqual([1, 2, 3]);
    await end(3);
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('keeps the order and the bound through thousands of jobs', async () => {
    const lanes = createLanes(16);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    for (let i = 0; i < 5_000; i++) {
      lanes.enter(async () => {
        started.push(i);
        most = Math.max(most, ++running);
        await settled();
        running -= 1;
      });
    }
    while (started.length < 5_000 || running > 0) await settled();
    expect(started).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(most).toBe(16);
  });

  test('takes a job that comes from within a job', async () => {
    const lanes: Lanes = createLanes(1);
    const order: string[] = [];
    lanes.enter(async () => {
      lanes.enter(async () => {
        order.push('inner');
      });
      order.push('outer');
    });
    await settled();
    expect(order).toEqual(['outer', 'inner']);
  });
});

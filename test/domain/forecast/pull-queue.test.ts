import { describe, expect, test } from 'vitest';
import {
  emptyQueue,
  oldest,
  push,
  release,
  releaseDue,
  releaseEarly,
  releaseNewest,
  takeBackUnsure,
} from '../../../src/domain/forecast/pull-queue.ts';
import { HOUR_MS, MINUTE_MS, minutely, stretchFrom } from './series.ts';

const stretch = stretchFrom(minutely([100, 100, 100]));

function queueOf(...spans: [from: number, to: number, pulls: number][]) {
  const queue = emptyQueue();
  for (const [step, [from, to, pulls]] of spans.entries()) {
    push(queue, { from: from * MINUTE_MS, to: to * MINUTE_MS, pulls }, { step, unsure: pulls - 1, seen: 0 });
  }
  return queue;
}

describe('releaseDue()', () => {
  test('releases a span whose middle is one window old, and reports that its end is not', () => {
    const queue = queueOf([0, 1, 5], [1, 2, 3]);
    const due = releaseDue(queue, stretch, HOUR_MS + 0.6 * MINUTE_MS);
    expect(due).toEqual({ pulls: 5, unsure: 5, wide: 0 });
    expect(queue.total).toBe(3);
  });

  test('waits for the end of a span without probes', () => {
    const queue = queueOf([0, 30, 5]);
    expect(releaseDue(queue, stretch, HOUR_MS + 29 * MINUTE_MS).pulls).toBe(0);
    expect(releaseDue(queue, stretch, HOUR_MS + 30 * MINUTE_MS)).toEqual({ pulls: 5, unsure: 0, wide: 5 });
  });
});

describe('releaseEarly()', () => {
  test('releases no more than may have returned', () => {
    const queue = queueOf([0, 1, 5], [3, 4, 7]);
    expect(releaseEarly(queue, stretch, 12, HOUR_MS + MINUTE_MS, 'seen')).toBe(5);
    expect(queue.total).toBe(7);
  });

  test('does nothing when nothing is to be explained', () => {
    const queue = queueOf([0, 1, 5]);
    expect(releaseEarly(queue, stretch, -3, HOUR_MS, 'seen')).toBe(0);
    expect(queue.total).toBe(5);
  });
});

describe('releaseEarly() of unseen pulls', () => {
  test('leaves those alone that were seen being made', () => {
    const queue = queueOf([0, 30, 5], [30, 31, 7]);
    expect(releaseEarly(queue, stretch, 12, 2 * HOUR_MS, 'unseen')).toBe(5);
    expect(queue.total).toBe(7);
  });
});

describe('release() and releaseNewest()', () => {
  test('take from the old end and from the new one', () => {
    const queue = queueOf([0, 1, 5], [1, 2, 3]);
    release(queue, 6);
    releaseNewest(queue, 1);
    expect(oldest(queue)).toMatchObject({ from: MINUTE_MS, to: 2 * MINUTE_MS, pulls: 1 });
    expect(queue.total).toBe(1);
  });

  test('never take more than there is', () => {
    const queue = queueOf([0, 1, 5]);
    release(queue, 9);
    expect(queue.total).toBe(0);
    expect(oldest(queue)).toBeUndefined();
  });
});

describe('takeBackUnsure()', () => {
  test('removes uncertain pulls, newest first, and states which steps lose it', () => {
    const queue = queueOf([0, 1, 5], [1, 2, 3]);
    expect(takeBackUnsure(queue, 4, 0)).toEqual([
      { step: 1, pulls: 2 },
      { step: 0, pulls: 2 },
    ]);
    expect(queue.total).toBe(4);
  });

  test('leaves older pulls alone', () => {
    const queue = queueOf([0, 1, 5], [9, 10, 3]);
    expect(takeBackUnsure(queue, 4, 5 * MINUTE_MS)).toEqual([{ step: 1, pulls: 2 }]);
  });

  test('removes nothing for zero pulls', () => {
    expect(takeBackUnsure(queueOf([0, 1, 5]), -2, 0)).toEqual([]);
  });

  test('leaves a queue that goes on past a span that is gone', () => {
    const queue = emptyQueue();
    push(queue, { from: 0, to: MINUTE_MS, pulls: 2 }, { step: 0, unsure: 2, seen: 0 });
    push(queue, { from: MINUTE_MS, to: 2 * MINUTE_MS, pulls: 1 }, { step: 1, unsure: 0, seen: 0 });
    takeBackUnsure(queue, 2, 0);
    expect(oldest(queue)?.pulls).toBe(1);
    expect(releaseEarly(queue, stretch, 1, 2 * HOUR_MS, 'seen')).toBe(1);
  });
});

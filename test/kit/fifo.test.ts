import { expect, test } from 'vitest';
import { Fifo } from '../../src/kit/fifo.ts';

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

import { describe, expect, test } from 'vitest';
import { createFairQueue, QueueFullError } from '../../src/kit/fair-queue.ts';

/** Tasks that are named when they run, and a result for each call. */
function setUp(maxPerClient: number, maxTotal: number) {
  const queue = createFairQueue({ maxPerClient, maxTotal });
  const order: string[] = [];
  let release: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Holds the queue, so that everything that follows waits.
  void queue.run('holder', () => first);
  const enter = (client: string, name: string) =>
    queue
      .run(client, async () => {
        order.push(name);
        return 'done';
      })
      .catch((error: unknown) => (error instanceof QueueFullError ? error.scope : String(error)));
  return { enter, order, release };
}

describe('createFairQueue()', () => {
  test('serves clients in turn, and each in its own order', async () => {
    const { enter, order, release } = setUp(10, 10);
    const results = [
      ...['a1', 'a2', 'a3', 'a4'].map((name) => enter('a', name)),
      enter('b', 'b1'),
      enter('c', 'c1'),
      enter('b', 'b2'),
    ];
    release();
    await Promise.all(results);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  test('rejects a client that has too many tasks waiting, and no other', async () => {
    const { enter, release } = setUp(2, 10);
    const results = [enter('a', 'a1'), enter('a', 'a2'), enter('a', 'a3'), enter('b', 'b1')];
    release();
    expect(await Promise.all(results)).toEqual(['done', 'done', 'client', 'done']);
  });

  test('lets a newcomer displace the newest task of the client that has the most', async () => {
    const { enter, order, release } = setUp(10, 3);
    const results = [
      enter('a', 'a1'),
      enter('a', 'a2'),
      enter('a', 'a3'),
      enter('b', 'b1'),
      enter('c', 'c1'),
    ];
    results.push(enter('d', 'd1'));
    release();
    expect(await Promise.all(results)).toEqual(['done', 'total', 'total', 'done', 'done', 'total']);
    expect(order).toEqual(['a1', 'b1', 'c1']);
  });

  test('goes on after a task that fails, and passes its error on', async () => {
    const queue = createFairQueue({ maxPerClient: 2, maxTotal: 2 });
    const failing = queue.run('a', () => {
      throw new Error('no');
    });
    const next = queue.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  test('has its places back once tasks are done', async () => {
    const queue = createFairQueue({ maxPerClient: 1, maxTotal: 1 });
    for (let i = 0; i < 5; i++) expect(await queue.run('a', async () => i)).toBe(i);
  });
});

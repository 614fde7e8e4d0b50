import { describe, expect, test, vi } from 'vitest';
import { createKeyedMutex } from '../../src/kit/keyed-mutex.ts';

const NEVER = new AbortController().signal;
const MAX_HOLD_MS = 2_000;

/** A mutex on manual timers, and tasks of one key that end when the test resolves them. */
function setUp() {
  let expire = (): void => undefined;
  const cancel = vi.fn();
  const timers = {
    after: (_delayMs: number, run: () => void) => {
      expire = run;
      return cancel;
    },
  };
  const mutex = createKeyedMutex(MAX_HOLD_MS, timers);
  const started: number[] = [];
  const resolvers: ((value: number) => void)[] = [];
  const run = (i: number, { key = 'a', signal = NEVER, isReleased = false } = {}): Promise<number> =>
    mutex.run(key, signal, (release) => {
      started.push(i);
      if (isReleased) release();
      return new Promise((resolve) => {
        resolvers[i] = resolve;
      });
    });
  return { run, started, resolvers, cancel, expire: () => expire() };
}

const settled = () => new Promise(setImmediate);

describe('createKeyedMutex()', () => {
  test('runs the tasks of one key one after another, in the order of the calls', async () => {
    const { run, started, resolvers, cancel } = setUp();

    const results = [run(0), run(1), run(2)];
    for (const i of [0, 1, 2]) {
      await expect.poll(() => started).toHaveLength(i + 1);
      await settled();
      expect(started).toHaveLength(i + 1);
      resolvers[i]?.(i * 10);
    }

    expect(await Promise.all(results)).toEqual([0, 10, 20]);
    expect(started).toEqual([0, 1, 2]);
    expect(cancel).toHaveBeenCalledTimes(3);
  });

  test('runs tasks of different keys independently', async () => {
    const { run, started } = setUp();

    void run(0);
    void run(1, { key: 'b' });

    await expect.poll(() => started).toEqual([0, 1]);
  });

  test('starts the next task when the running one releases the key', async () => {
    const { run, started } = setUp();

    void run(0, { isReleased: true });
    void run(1);

    await expect.poll(() => started).toEqual([0, 1]);
  });

  test('starts the next task when the running one holds the key for too long', async () => {
    const { run, started, expire } = setUp();

    void run(0);
    void run(1);
    await settled();
    const before = [...started];
    expire();

    await expect.poll(() => started).toEqual([0, 1]);
    expect(before).toEqual([0]);
  });

  test('rejects a waiting call when its signal aborts, and does not run its task', async () => {
    const { run, started, resolvers } = setUp();
    const waiting = new AbortController();

    const first = run(0);
    const second = run(1, { signal: waiting.signal });
    waiting.abort(new Error('over'));

    await expect(second).rejects.toThrow('over');
    resolvers[0]?.(7);
    expect(await first).toBe(7);
    expect(started).toEqual([0]);
  });
});

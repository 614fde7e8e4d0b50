import { describe, expect, test, vi } from 'vitest';
import { createLoginOrder } from '../../src/hub/login-order.ts';

const NEVER = new AbortController().signal;

function deferred(): { promise: Promise<boolean>; resolve: (value: boolean) => void } {
  let resolve: (value: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Starts sends of one login; each ends when a test settles whether the login was accepted. */
function sender() {
  const logins = createLoginOrder();
  const answers = [deferred(), deferred(), deferred()];
  const started: number[] = [];
  const send = (i: number, signal = NEVER): Promise<boolean> =>
    logins.send(
      'key',
      signal,
      () => {
        started.push(i);
        return answers[i]?.promise ?? Promise.resolve(true);
      },
      (accepted) => accepted,
    );
  return { logins, answers, started, send };
}

describe('createLoginOrder()', () => {
  test('lets one send wait for the one before', async () => {
    const { answers, started, send } = sender();

    const sends = [send(0), send(1), send(2)];
    await expect.poll(() => started).toEqual([0]);
    answers[0]?.resolve(false);
    await expect.poll(() => started).toEqual([0, 1]);
    answers[1]?.resolve(false);
    answers[2]?.resolve(false);

    expect(await Promise.all(sends)).toEqual([false, false, false]);
    expect(started).toEqual([0, 1, 2]);
  });

  test('lets all go once the login has been accepted', async () => {
    const { answers, started, send } = sender();

    const sends = [send(0), send(1), send(2)];
    answers[0]?.resolve(true);
    await expect.poll(() => started).toEqual([0, 1, 2]);
    answers[1]?.resolve(true);
    answers[2]?.resolve(true);

    expect(await Promise.all(sends)).toEqual([true, true, true]);
  });

  test('begins to wait again when an accepted login is rejected', async () => {
    const { logins, answers, started, send } = sender();
    await logins.send('key', NEVER, async () => true, Boolean);
    await logins.send('key', NEVER, async () => false, Boolean);

    const sends = [send(0), send(1)];
    await new Promise(setImmediate);
    const before = [...started];
    answers[0]?.resolve(false);
    answers[1]?.resolve(false);
    await Promise.all(sends);

    expect([before, started]).toEqual([[0], [0, 1]]);
  });

  test('goes on after a send that throws', async () => {
    const { logins, answers, send } = sender();
    const broken = logins.send('key', NEVER, () => Promise.reject(new Error('broken')), Boolean);
    answers[0]?.resolve(true);

    await expect(broken).rejects.toThrow('broken');
    expect(await send(0)).toBe(true);
  });

  test('gives up waiting when the signal aborts, and does not send', async () => {
    const { answers, started, send } = sender();
    const waiting = new AbortController();

    const first = send(0);
    const second = send(1, waiting.signal);
    waiting.abort(new Error('over'));

    await expect(second).rejects.toThrow('over');
    answers[0]?.resolve(false);
    await first;
    expect(started).toEqual([0]);
  });

  test('loses patience with a send that has no answer', async () => {
    vi.useFakeTimers();
    try {
      const { answers, started, send } = sender();

      const sends = [send(0), send(1), send(2)];
      await vi.advanceTimersByTimeAsync(1_999);
      const before = [...started];
      await vi.advanceTimersByTimeAsync(1);
      const after = [...started];
      for (const answer of answers) answer.resolve(false);
      await Promise.all(sends);

      expect([before, after]).toEqual([[0], [0, 1]]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('keeps different logins apart', async () => {
    const { logins, send, answers } = sender();
    const first = send(0);

    expect(await logins.send('other', NEVER, async () => 'sent', Boolean)).toBe('sent');
    answers[0]?.resolve(true);
    await first;
  });
});

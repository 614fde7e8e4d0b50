import { describe, expect, test } from 'vitest';
import { reasonOf, startDeadline, within } from '../../src/hub/deadline.ts';

const NEVER = new AbortController().signal;

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(reasonOf(signal));
    else signal.addEventListener('abort', () => resolve(reasonOf(signal)));
  });
}

describe('startDeadline()', () => {
  test('aborts when the time is over', async () => {
    expect(await aborted(startDeadline(20, NEVER).signal)).toBe("the probe's time of 20ms is over");
  });

  test('aborts with the outer signal, for its reason', async () => {
    const outer = new AbortController();
    const deadline = startDeadline(60_000, outer.signal);
    outer.abort(new Error('closing'));

    expect(await aborted(deadline.signal)).toBe('closing');
    deadline.clear();
  });

  test('starts aborted when the outer signal is', () => {
    const deadline = startDeadline(60_000, AbortSignal.abort(new Error('closed')));
    deadline.clear();

    expect(reasonOf(deadline.signal)).toBe('closed');
  });

  test('does not abort once it is cleared', () => {
    const outer = new AbortController();
    const deadline = startDeadline(60_000, outer.signal);
    deadline.clear();
    outer.abort();

    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('within()', () => {
  test('gives what the promise gives', async () => {
    expect(await within(Promise.resolve(7), NEVER)).toBe(7);
    await expect(within(Promise.reject(new Error('broken')), NEVER)).rejects.toThrow('broken');
  });

  test("rejects with the signal's reason", async () => {
    const endless = new Promise(() => undefined);
    const later = new AbortController();
    const waiting = within(endless, later.signal);
    later.abort(new Error('over'));

    await expect(waiting).rejects.toThrow('over');
    await expect(within(endless, AbortSignal.abort(new Error('was over')))).rejects.toThrow('was over');
  });
});

test('reasonOf() has words for an abort without an Error', () => {
  expect(reasonOf(AbortSignal.abort('a text'))).toBe('the probe was cancelled');
});

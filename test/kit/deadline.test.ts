import { getEventListeners } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DeadlineExceeded, startDeadline, within } from '../../src/kit/deadline.ts';

const NEVER = new AbortController().signal;

/** Timers whose only callback a test runs. */
function manualTimers() {
  const scheduled: { delayMs: number; run: () => void }[] = [];
  const timers = {
    after(delayMs: number, run: () => void) {
      const entry = { delayMs, run };
      scheduled.push(entry);
      return () => void scheduled.splice(scheduled.indexOf(entry), 1);
    },
  };
  return { timers, scheduled };
}

describe('startDeadline()', () => {
  test('lets many operations share a signal, without a warning of a leak', async () => {
    const { timers } = manualTimers();
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const shared = new AbortController().signal;
    const deadlines = Array.from({ length: 50 }, () => startDeadline(1_500, shared, timers));
    // Node.js emits a warning in the next tick.
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
    for (const { clear } of deadlines) clear();
    expect(getEventListeners(shared, 'abort')).toEqual([]);
  });

  test('aborts when the time is over', () => {
    const { timers, scheduled } = manualTimers();
    const { signal } = startDeadline(1_500, NEVER, timers);
    scheduled[0]?.run();

    expect(scheduled[0]?.delayMs).toBe(1_500);
    expect(signal.reason).toBeInstanceOf(DeadlineExceeded);
    expect(signal.reason).toMatchObject({ timeoutMs: 1_500, message: 'the time of 1s500ms is over' });
  });

  test("aborts with the outer signal's reason", () => {
    const outer = new AbortController();
    const deadline = startDeadline(60_000, outer.signal);
    const reason = new Error('closing');
    outer.abort(reason);
    deadline.clear();

    expect(deadline.signal.reason).toBe(reason);
  });

  test('starts aborted when the outer signal is', () => {
    const deadline = startDeadline(60_000, AbortSignal.abort('closed'));
    deadline.clear();

    expect(deadline.signal.reason).toBe('closed');
  });

  test('does not abort once it is cleared', () => {
    const { timers, scheduled } = manualTimers();
    const outer = new AbortController();
    const deadline = startDeadline(60_000, outer.signal, timers);
    deadline.clear();
    outer.abort();

    expect(deadline.signal.aborted).toBe(false);
    expect(scheduled).toEqual([]);
  });
});

describe('within()', () => {
  test('settles as the promise does', async () => {
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

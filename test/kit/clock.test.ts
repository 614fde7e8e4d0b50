import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemTimers } from '../../src/kit/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('systemTimers', () => {
  test('run something later, once', () => {
    const run = vi.fn();
    systemTimers.after(1_000, run);
    vi.advanceTimersByTime(999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('do not run what was called off', () => {
    const run = vi.fn();
    const callOff = systemTimers.after(1_000, run);
    callOff();
    vi.advanceTimersByTime(100_000);
    expect(run).not.toHaveBeenCalled();
  });

  test('do not treat a wait of more than 24 days as none', () => {
    const run = vi.fn();
    systemTimers.after(40 * 86_400_000, run);
    vi.advanceTimersByTime(86_400_000);
    expect(run).not.toHaveBeenCalled();
  });
});

/** Timers that a test runs, on a clock that only they and the test move. */
export function queuedTimers(startAt = 0) {
  let waiting: { dueMs: number; run: () => void }[] = [];
  const timers = {
    nowMs: startAt,
    /** How long the waits were, in milliseconds. */
    waits: [] as number[],
    after(delayMs: number, run: () => void) {
      const timer = { dueMs: timers.nowMs + delayMs, run };
      timers.waits.push(delayMs);
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    /** How many are waiting. */
    pending: () => waiting.length,
    /** Runs the next one, when it is due. */
    runNext() {
      const next = waiting.sort((a, b) => a.dueMs - b.dueMs).shift();
      if (!next) return;
      timers.nowMs = Math.max(timers.nowMs, next.dueMs);
      next.run();
    },
    /** Runs until none is waiting. */
    runAll() {
      while (waiting.length > 0) timers.runNext();
    },
  };
  return timers;
}

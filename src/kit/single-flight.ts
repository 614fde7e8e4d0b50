import { within } from './deadline.ts';

/** Shares running work: calls for a key whose work is already running get the result of that run. */
export interface SingleFlight<Result> {
  /**
   * Runs the work of a key, or joins its current run.
   * @param signal ends the caller's wait; the work itself is aborted when its last caller stops waiting
   * @param work receives the signal that aborts it
   */
  run(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Aborts all running work. */
  abortAll(reason: Error): void;
  /** Resolves when all work that is running now has ended, with or without an error. */
  allSettled(): Promise<void>;
}

interface Run<Result> {
  readonly result: Promise<Result>;
  readonly abort: AbortController;
  callers: number;
}

/**
 * Creates a single-flight group.
 * @param resultOfAbort returns the result for a caller whose own signal aborts
 */
export function createSingleFlight<Result>(
  resultOfAbort: (signal: AbortSignal) => Result,
): SingleFlight<Result> {
  const runs = new Map<string, Run<Result>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<Result>): Run<Result> {
    const abort = new AbortController();
    const run = { result: work(abort.signal), abort, callers: 0 };
    runs.set(key, run);
    const settled = (): void => forget(key, run);
    run.result.then(settled, settled);
    return run;
  }

  function forget(key: string, run: Run<Result>): void {
    if (runs.get(key) === run) runs.delete(key);
  }

  return {
    async run(key, signal, work) {
      if (signal?.aborted) return resultOfAbort(signal);
      const run = runs.get(key) ?? start(key, work);
      run.callers += 1;
      try {
        return await (signal ? within(run.result, signal) : run.result);
      } catch (error) {
        if (!signal?.aborted) throw error;
        return resultOfAbort(signal);
      } finally {
        run.callers -= 1;
        // A settled run has no entry any more; aborting it would create an error with a stack, and stop nothing.
        if (run.callers === 0 && runs.get(key) === run) {
          forget(key, run);
          run.abort.abort(signal?.reason);
        }
      }
    },
    abortAll(reason) {
      for (const { abort } of runs.values()) abort.abort(reason);
    },
    async allSettled() {
      await Promise.allSettled([...runs.values()].map(({ result }) => result));
    },
  };
}

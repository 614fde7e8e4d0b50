import { within } from './deadline.ts';

/** Work that is shared: callers that come while the work of a key runs get its result. */
export interface SingleFlight<Result> {
  /**
   * Runs the work of a key, or joins the run under way.
   * @param signal ends the caller's wait; the work itself is aborted once no caller waits for it
   */
  run(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Aborts all work under way. */
  abortAll(reason: Error): void;
  /** Resolves when all work that is under way now has ended, with or without an error. */
  allSettled(): Promise<void>;
}

interface Run<Result> {
  readonly result: Promise<Result>;
  readonly abort: AbortController;
  callers: number;
}

/**
 * Creates a single-flight group.
 * @param resultOfAbort makes the result of a caller whose own signal aborts
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
        // A settled run is forgotten already; aborting it would cost an exception with a stack, and stop nothing.
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

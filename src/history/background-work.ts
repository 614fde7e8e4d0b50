/** The dependencies of background work. */
export interface BackgroundWorkPorts {
  /** Returns milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  /**
   * Runs a function once after a delay.
   * @returns a function that cancels it
   */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /**
   * Performs one small step of the work.
   * @returns whether there is more work
   */
  readonly step: () => boolean;
}

/** Work that is performed in small steps between other events. */
export interface BackgroundWork {
  /** Schedules the next step, unless one is scheduled. */
  wake(): void;
  /** Stops the work; no more steps are performed. */
  stop(): void;
}

/** The maximum share of one processor. */
const MAX_CPU_SHARE = 0.1;

/** Creates background work. After each step it pauses for nine times the duration of the step. */
export function createBackgroundWork({ monotonicMs, after, step }: BackgroundWorkPorts): BackgroundWork {
  let cancel = (): void => undefined;
  let pauseUntilMs = Number.NEGATIVE_INFINITY;
  let isScheduled = false;
  let isStopped = false;

  function plan(): void {
    isScheduled = true;
    cancel = after(Math.max(0, pauseUntilMs - monotonicMs()), work);
  }

  function work(): void {
    const startedAtMs = monotonicMs();
    const isMore = step();
    const endedAtMs = monotonicMs();
    pauseUntilMs = endedAtMs + (endedAtMs - startedAtMs) * (1 / MAX_CPU_SHARE - 1);
    isScheduled = isMore && !isStopped;
    if (isScheduled) plan();
  }

  return {
    // A running step schedules the next one itself.
    wake() {
      if (!isScheduled && !isStopped) plan();
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

/** The dependencies of a query throttle. */
interface QueryThrottlePorts extends Pick<BackgroundWorkPorts, 'monotonicMs' | 'after'> {
  /** Called when the next query may run after an asynchronous one. */
  readonly onReady: () => void;
}

/** Runs queries one at a time with a pause after each asynchronous one. */
export interface QueryThrottle {
  /** Reports whether a query may run now. */
  isReady(): boolean;
  /**
   * Runs a query. A synchronous result is passed on immediately.
   * @param query returns the result or a promise of it, or throws
   * @param succeed receives the result; errors that it throws are passed to `fail`
   * @param fail receives the error
   */
  run<T>(query: () => T | Promise<T>, succeed: (answer: T) => void, fail: (error: unknown) => void): void;
  /** Stops: results of running queries are dropped. */
  stop(): void;
}

/** The maximum share of the backend's time. */
const MAX_QUERY_SHARE = 0.1;
/** The maximum pause in milliseconds: 2 s, since a slow query mostly waits. */
const MAX_PAUSE_MS = 2_000;

/** Creates a throttle that limits asynchronous queries to 10 % of the backend's time; synchronous ones are not limited. */
export function createQueryThrottle({
  monotonicMs,
  after,
  onReady: onFree,
}: QueryThrottlePorts): QueryThrottle {
  let isFree = true;
  let isStopped = false;
  let cancel = (): void => undefined;

  function pauseSince(startedAtMs: number): void {
    const tookMs = monotonicMs() - startedAtMs;
    cancel = after(Math.min(MAX_PAUSE_MS, tookMs * (1 / MAX_QUERY_SHARE - 1)), () => {
      isFree = true;
      onFree();
    });
  }

  async function wait<T>(promise: Promise<T>, succeed: (answer: T) => void, fail: (error: unknown) => void) {
    const startedAtMs = monotonicMs();
    try {
      const answer = await promise;
      if (!isStopped) succeed(answer);
    } catch (error) {
      if (!isStopped) fail(error);
    }
    if (!isStopped) pauseSince(startedAtMs);
  }

  return {
    isReady: () => isFree,
    run(query, succeed, fail) {
      try {
        const answer = query();
        if (!(answer instanceof Promise)) return succeed(answer);
        isFree = false;
        void wait(answer, succeed, fail);
      } catch (error) {
        fail(error);
      }
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

/** What work that can wait is given. */
export interface BackgroundWorkPorts {
  /** Milliseconds since an arbitrary moment; never jumps. */
  readonly monotonicMs: () => number;
  /**
   * Runs something later, once.
   * @returns calls it off
   */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /**
   * Does one small piece of the work.
   * @returns whether there is more to do
   */
  readonly step: () => boolean;
}

/** Work that is done a piece at a time, between everything else. */
export interface BackgroundWork {
  /** Says that there is something to do. */
  wake(): void;
  /** Does no more of it. */
  stop(): void;
}

/** The most of one processor that the work takes, as a share. */
const MAX_CPU_SHARE = 0.1;

/** Does work whenever there is any, and rests after each piece for nine times as long as it took. */
export function createBackgroundWork({ monotonicMs, after, step }: BackgroundWorkPorts): BackgroundWork {
  let callOff = (): void => undefined;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let isStopped = false;

  function plan(): void {
    isUnderWay = true;
    callOff = after(Math.max(0, restsUntilMs - monotonicMs()), work);
  }

  function work(): void {
    const startedAtMs = monotonicMs();
    const isMore = step();
    const endedAtMs = monotonicMs();
    restsUntilMs = endedAtMs + (endedAtMs - startedAtMs) * (1 / MAX_CPU_SHARE - 1);
    isUnderWay = isMore && !isStopped;
    if (isUnderWay) plan();
  }

  return {
    // A step that finds more to do itself says so by its result.
    wake() {
      if (!isUnderWay && !isStopped) plan();
    },
    stop() {
      isStopped = true;
      callOff();
    },
  };
}

/** What questions are asked with. */
interface QueryThrottlePorts extends Pick<BackgroundWorkPorts, 'monotonicMs' | 'after'> {
  /** Called when another question may be asked after one that was answered late. */
  readonly onReady: () => void;
}

/** Asks somebody who may take time: one question at a time, with a rest after each. */
export interface QueryThrottle {
  /** Whether a question may be asked now. */
  isReady(): boolean;
  /**
   * Asks. An answer that is there at once is handed on at once.
   * @param question gives the answer, a promise of it, or throws
   * @param take receives the answer; what it throws goes to `fail`
   * @param fail receives what went wrong
   */
  run<T>(question: () => T | Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void): void;
  /** Hands on no more answers. */
  stop(): void;
}

/** The most of the other side's time that questions take, as a share. */
const MAX_QUERY_SHARE = 0.1;
/** The longest rest, in milliseconds: 2 s. Most of a long wait is not work. */
const MAX_PAUSE_MS = 2_000;

/** Asks whoever answers with a promise no more often than it can bear; who answers at once is not spared. */
export function createQueryThrottle({
  monotonicMs,
  after,
  onReady: onFree,
}: QueryThrottlePorts): QueryThrottle {
  let isFree = true;
  let isStopped = false;
  let callOff = (): void => undefined;

  function restSince(startedAtMs: number): void {
    const tookMs = monotonicMs() - startedAtMs;
    callOff = after(Math.min(MAX_PAUSE_MS, tookMs * (1 / MAX_QUERY_SHARE - 1)), () => {
      isFree = true;
      onFree();
    });
  }

  async function wait<T>(promise: Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void) {
    const startedAtMs = monotonicMs();
    try {
      const answer = await promise;
      if (!isStopped) take(answer);
    } catch (error) {
      if (!isStopped) fail(error);
    }
    if (!isStopped) restSince(startedAtMs);
  }

  return {
    isReady: () => isFree,
    run(question, take, fail) {
      try {
        const answer = question();
        if (!(answer instanceof Promise)) return take(answer);
        isFree = false;
        void wait(answer, take, fail);
      } catch (error) {
        fail(error);
      }
    },
    stop() {
      isStopped = true;
      callOff();
    },
  };
}

/** What work that can wait is given. */
export interface UnhurriedPorts {
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
export interface UnhurriedWork {
  /** Says that there is something to do. */
  wake(): void;
  /** Does no more of it. */
  stop(): void;
}

/** The most of one processor that the work takes, as a share. */
const MOST_SHARE = 0.1;

/** Does work whenever there is any, and rests after each piece for nine times as long as it took. */
export function createUnhurriedWork({ monotonicMs, after, step }: UnhurriedPorts): UnhurriedWork {
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
    restsUntilMs = endedAtMs + (endedAtMs - startedAtMs) * (1 / MOST_SHARE - 1);
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

import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { describeHistoryProblem } from './sql-fault.ts';

/** The dependencies of pauses. */
interface WritePausePorts {
  readonly path: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
  /** Returns how many results were lost during the pause, and sets the number to 0. */
  readonly takeLostCount: () => number;
}

/** Pauses writing after an error of the file or the disk, so that it is not tried at every result. */
export interface WritePause {
  /** Returns why nothing can be written now, and what to do; undefined while writing works. */
  problem(): string | undefined;
  /** Reports whether the next attempt is not due yet. */
  isWaiting(): boolean;
  /** Starts or prolongs the pause by 10 seconds, because of an error; logs one warning per pause. */
  start(error: unknown): void;
  /** Ends the pause after something was written. */
  end(): void;
}

/** The delay after a failed write, in milliseconds. */
const RETRY_AFTER_MS = 10_000;

/** Creates a pause that has not started. */
export function createWritePause({ path, clock, log, takeLostCount }: WritePausePorts): WritePause {
  let failure: { readonly problem: string; readonly retryAtMs: number } | undefined;
  return {
    problem: () => failure?.problem,
    isWaiting: () => failure !== undefined && clock.monotonicMs() < failure.retryAtMs,
    start(error) {
      const problem = describeHistoryProblem(error, path);
      if (!failure) {
        log.warn('The history cannot be written; results and alerts are kept in memory until it can', {
          path,
          problem,
          error,
        });
      }
      failure = { problem, retryAtMs: clock.monotonicMs() + RETRY_AFTER_MS };
    },
    end() {
      if (!failure) return;
      failure = undefined;
      log.info('The history is written again', { path, lost: takeLostCount() });
    },
  };
}

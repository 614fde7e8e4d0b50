import { createTask, type Logger, type ScheduledTask } from 'node-cron';
import type { Log } from '../domain/log.ts';
import type { StartTicker } from './ticker.ts';

/** Schedules by node-cron, in the time zone of the process. */
export function createCronTicker(log: Log): StartTicker {
  const logger = toCronLogger(log);
  return (expression, onTick) => {
    // Asking node-cron for its next runs costs about 0.1 ms, too much to do for each of many credentials at each tick.
    let intervalMs: number | undefined;
    const task = createTask(
      expression,
      () => {
        intervalMs = undefined;
        onTick();
      },
      {
        logger,
        // A tick that comes late, in a busy process or after the machine slept, still counts until the next one is due.
        missedExecutionTolerance: Number.POSITIVE_INFINITY,
        suppressMissedWarning: true,
      },
    );
    void task.start();
    return {
      intervalMs() {
        intervalMs ??= shortestGapMs(task);
        return intervalMs;
      },
      stop() {
        void task.destroy();
      },
    };
  };
}

/** The shorter of the next two gaps: one of them may be a night or a weekend, and a value must not stand that long. */
function shortestGapMs(task: ScheduledTask): number {
  const runs = task.getNextRuns(3).map((run) => run.getTime());
  const gaps = runs.slice(1).map((run, i) => run - (runs[i] ?? run));
  return Math.min(...gaps);
}

function toCronLogger(log: Log): Logger {
  const write = (level: keyof Log) => (message: string | Error, error?: Error) =>
    log[level]('The scheduler reports', { detail: message, ...(error && { error }) });
  return { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') };
}

import { endWithParent } from './end-with-parent.ts';

/** What a reader of events has read, and what it took. */
export interface Reading {
  readonly events: number;
  readonly residentBytes: number;
  /** Since the start of the process. */
  readonly processorMs: number;
}

/** Answers each message of the parent with a reading. */
export function answerReadings(count: () => number | Promise<number>): void {
  endWithParent();
  process.on('message', async () => {
    const { user, system } = process.cpuUsage();
    globalThis.gc?.();
    const residentBytes = process.memoryUsage().rss;
    process.send?.({ events: await count(), residentBytes, processorMs: (user + system) / 1_000 });
  });
  process.send?.({ port: 0 });
}

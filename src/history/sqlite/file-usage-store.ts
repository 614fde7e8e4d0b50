import type { Awaitable } from '../../domain/history/past.ts';
import type { UsageStore, UsageSum } from '../../domain/spending/usage-store.ts';
import type { Clock } from '../../kit/clock.ts';
import type { HistoryWriter } from './writer.ts';

/** The dependencies of the store. */
interface FileUsageStorePorts {
  readonly writer: Pick<HistoryWriter, 'read' | 'tryWrite' | 'isClosed'>;
  /** The retention in milliseconds. */
  readonly retentionMs: number;
  /** Returns the sums from the thread that reads the file. Default: they are read in the event loop. */
  readonly readSums?: (from: number) => Awaitable<readonly UsageSum[]>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Creates a store in the history file. Rows are not kept in memory: while the file cannot be written they are refused. */
export function createFileUsageStore({
  writer,
  retentionMs,
  readSums,
  clock,
}: FileUsageStorePorts): UsageStore {
  return {
    add(rows) {
      if (writer.isClosed()) return false;
      const oldestAt = clock.now() - retentionMs;
      return writer.tryWrite(({ usage }) => {
        for (const row of rows) if (row.at >= oldestAt) usage.put(row);
      });
    },
    sums: (from) => (readSums ? readSums(from) : writer.read(({ usage }) => usage.sums(from))),
  };
}

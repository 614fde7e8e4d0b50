import type { UsageStore } from '../../domain/spending/usage-store.ts';
import type { Clock } from '../../kit/clock.ts';
import type { HistoryWriter } from './writer.ts';

/** The dependencies of the store. */
interface FileUsageStorePorts {
  readonly writer: Pick<HistoryWriter, 'read' | 'tryWrite' | 'isClosed'>;
  /** The retention in milliseconds. */
  readonly retentionMs: number;
  /** Reads in the thread that reads the file. Default: in the event loop. */
  readonly reader?: Pick<UsageStore, 'hours' | 'sums' | 'days'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Creates a store in the history file. Rows are not kept in memory: while the file cannot be written they are refused. */
export function createFileUsageStore({
  writer,
  retentionMs,
  reader = readHere(writer),
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
    hours: () => reader.hours(),
    sums: (hourAt) => reader.sums(hourAt),
    days: (span) => reader.days(span),
  };
}

function readHere(writer: FileUsageStorePorts['writer']): Pick<UsageStore, 'hours' | 'sums' | 'days'> {
  return {
    hours: () => writer.read(({ usage }) => usage.hours()),
    sums: (hourAt) => writer.read(({ usage }) => usage.sums(hourAt)),
    days: (span) => writer.read(({ usage }) => usage.days(span)),
  };
}

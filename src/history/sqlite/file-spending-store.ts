import type { Awaitable } from '../../domain/history/past.ts';
import type {
  AttemptSum,
  SpendingBatch,
  SpendingSpan,
  SpendingStore,
} from '../../domain/spending/spending-store.ts';
import type { Log } from '../../kit/log.ts';
import type { AttemptTable } from './tables/attempt-table.ts';
import type { HistoryWriter } from './writer.ts';

/** The dependencies of the store. */
interface FileSpendingStorePorts {
  readonly writer: Pick<HistoryWriter, 'read' | 'tryWrite' | 'isClosed'>;
  /** Returns the sums of a span, from the thread that reads the file. Default: they are read in the event loop. */
  readonly readSums?: (span: SpendingSpan) => Awaitable<readonly AttemptSum[]>;
  readonly log: Log;
}

/** The most attempts and events that wait to be written; the oldest batches are dropped first. */
const MAX_WAITING = 50_000;

/** Creates a store in the history file. While the file cannot be written, batches wait in memory. */
export function createFileSpendingStore({ writer, readSums, log }: FileSpendingStorePorts): SpendingStore {
  let waiting: SpendingBatch[] = [];

  function flush(): void {
    if (waiting.length === 0 || writer.isClosed()) return;
    const isWritten = writer.tryWrite(({ attempts }) => {
      for (const batch of waiting) writeBatch(attempts, batch);
    });
    if (isWritten) waiting = [];
  }

  function dropOldest(): void {
    let size = waiting.reduce((total, { attempts, events }) => total + attempts.length + events.length, 0);
    let dropped = 0;
    while (size > MAX_WAITING && waiting.length > 1) {
      const oldest = waiting.shift();
      size -= (oldest?.attempts.length ?? 0) + (oldest?.events.length ?? 0);
      dropped += oldest?.attempts.length ?? 0;
    }
    if (dropped > 0) log.warn('Pull attempts were dropped: the history file cannot be written', { dropped });
  }

  function readOr<T>(none: T, read: (attempts: AttemptTable) => T): T {
    if (writer.isClosed()) return none;
    flush();
    try {
      return writer.read(({ attempts }) => read(attempts));
    } catch (error) {
      log.warn('Stored pull attempts cannot be read', { error });
      return none;
    }
  }

  return {
    add(batch) {
      waiting.push(batch);
      flush();
      if (waiting.length > 0) dropOldest();
    },
    sums(span) {
      flush();
      return readSums ? readSums(span) : writer.read(({ attempts }) => attempts.sums(span));
    },
    recent: (cluster, from) => readOr([], (attempts) => attempts.recent(cluster, from)),
    countedEvents: (cluster, from) => readOr([], (attempts) => attempts.events(cluster, from)),
  };
}

function writeBatch(table: AttemptTable, { attempts, events }: SpendingBatch): void {
  for (const attempt of attempts) table.put(attempt);
  for (const event of events) table.putEvent(event);
}

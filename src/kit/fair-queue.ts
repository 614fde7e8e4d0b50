/** Bounds of a fair queue. */
export interface FairQueueBounds {
  /** The most waiting tasks of one client. */
  readonly maxPerClient: number;
  /** The most waiting tasks of all clients together. */
  readonly maxTotal: number;
}

/** Runs tasks one at a time, round-robin between clients. */
export interface FairQueue {
  /**
   * Runs a task after the tasks before it. Each client gets one task per round, however many tasks it has waiting.
   * @returns the result of the task; rejects with QueueFullError, without running it, when too many tasks wait
   */
  run<T>(client: string, task: () => Promise<T>): Promise<T>;
}

/** Thrown for a task that a full queue rejects. */
export class QueueFullError extends Error {
  /** The bound that was reached: `client` of the caller, `total` of all clients together. */
  readonly scope: 'client' | 'total';

  constructor(scope: 'client' | 'total') {
    super(scope === 'client' ? 'Too many tasks of this client wait' : 'Too many tasks wait');
    this.name = 'QueueFullError';
    this.scope = scope;
  }
}

interface Entry {
  readonly start: () => Promise<unknown>;
  readonly reject: (error: QueueFullError) => void;
}

/**
 * Creates a queue. When it is full, a client with fewer waiting tasks displaces the newest task of the client with the
 * most waiting tasks, so that one client cannot block the others.
 */
export function createFairQueue({ maxPerClient, maxTotal }: FairQueueBounds): FairQueue {
  /** Clients with waiting tasks; the first one is served next. */
  const waiting = new Map<string, Entry[]>();
  let total = 0;
  let isRunning = false;

  function reasonToReject(client: string): 'client' | 'total' | undefined {
    const own = waiting.get(client)?.length ?? 0;
    if (own >= maxPerClient) return 'client';
    if (total < maxTotal) return undefined;
    const longest = [...waiting.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
    if (longest.length <= own + 1) return 'total';
    longest.pop()?.reject(new QueueFullError('total'));
    total--;
    return undefined;
  }

  function takeNext(): Entry | undefined {
    const [first] = waiting;
    if (!first) return undefined;
    const [client, entries] = first;
    const entry = entries.shift();
    waiting.delete(client);
    if (entries.length > 0) waiting.set(client, entries);
    total--;
    return entry;
  }

  async function drain(): Promise<void> {
    isRunning = true;
    for (let entry = takeNext(); entry; entry = takeNext()) await entry.start();
    isRunning = false;
  }

  return {
    run(client, task) {
      return new Promise((resolve, reject) => {
        const scope = reasonToReject(client);
        if (scope) {
          reject(new QueueFullError(scope));
          return;
        }
        const start = () => Promise.resolve().then(task).then(resolve, reject);
        waiting.set(client, [...(waiting.get(client) ?? []), { start, reject }]);
        total++;
        if (!isRunning) void drain();
      });
    },
  };
}

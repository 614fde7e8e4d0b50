/** Bounds of a fair queue. */
export interface FairQueueBounds {
  /** Tasks of one client that may wait. */
  readonly maxPerClient: number;
  /** Tasks of all clients that may wait. */
  readonly maxTotal: number;
}

/** Runs tasks one at a time, in turn between clients. */
export interface FairQueue {
  /**
   * Runs a task once the tasks before it are done. Each client gets one task per round, however many it has waiting.
   * @throws QueueFullError when too many tasks wait; the task is not run
   */
  run<T>(client: string, task: () => Promise<T>): Promise<T>;
}

/** Rejects a task of a queue that is full. */
export class QueueFullError extends Error {
  /** Whose bound was reached: `client` for the caller's own, `total` for that of all clients together. */
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
 * Creates a queue. When all places are taken, a client with fewer waiting tasks displaces the newest task of the client
 * that has the most, so that one client cannot keep the others out.
 */
export function createFairQueue({ maxPerClient, maxTotal }: FairQueueBounds): FairQueue {
  /** In order of turns: the client at the front is served next. No client without a task. */
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

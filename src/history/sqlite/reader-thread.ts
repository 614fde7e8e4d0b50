import { Worker } from 'node:worker_threads';
import { HistoryQueryError, HistoryUnavailableError } from '../../domain/history/query.ts';
import type { Timers } from '../../kit/clock.ts';
import type { PastAnswer, PastQueries, PastQuery } from './past-queries.ts';

/** A query as it is sent to the thread. */
export interface ReaderRequest {
  readonly id: number;
  readonly query: PastQuery;
}

/** The message that the thread sends back: the answer of the query with this id, or the error. */
export type ReaderAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { name: string; message: string; rawCode: unknown } };

/** The dependencies of a reader thread. */
export interface ReaderThreadPorts {
  /** The path of the history file. */
  readonly path: string;
  /** The URL of the program of the thread, `reader-program.js`. */
  readonly program: URL;
  readonly after: Timers['after'];
}

/** Reads the history in a thread, so that the event loop is not blocked. The thread runs only while queries arrive. */
export interface ReaderThread {
  /**
   * Sends a query to the thread. Equal queries that are pending share one answer.
   * @param fileNumber the number of the open file, `HistoryWriter.fileNumber()`; a new number restarts the thread
   * @returns the answer; rejects with HistoryQueryError, HistoryUnavailableError or the error of the database
   */
  query<Kind extends keyof PastQueries>(
    query: PastQuery<Kind>,
    fileNumber: number,
  ): Promise<PastAnswer<Kind>>;
  /** Reports whether a thread runs, which may have the file open. */
  isRunning(): boolean;
  /** Stops the thread and rejects pending queries. A later query starts a new thread. */
  stop(): Promise<void>;
}

/** How long the thread runs without queries, in milliseconds (30 s). An idle thread uses about 10 MiB. */
const IDLE_MS = 30_000;
/** The maximum number of pending queries. */
const MAX_WAITING = 500;
/** Memory limits of the thread, in MiB. A day of results, one per second, needs about 40. */
const MEMORY_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/** Creates a reader; the first query starts its thread. */
export function createReaderThread(ports: ReaderThreadPorts): ReaderThread {
  return new Reader(ports);
}

interface Waiting {
  readonly key: string;
  readonly answer: Promise<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

class Reader implements ReaderThread {
  readonly #ports: ReaderThreadPorts;
  #thread: Worker | undefined;
  #fileNumber = 0;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();
  readonly #byQuery = new Map<string, Promise<unknown>>();
  #ending: Promise<unknown> = Promise.resolve();
  #isEnding = false;
  #cancelIdleStop = (): void => undefined;

  constructor(ports: ReaderThreadPorts) {
    this.#ports = ports;
  }

  query<Kind extends keyof PastQueries>(
    query: PastQuery<Kind>,
    fileNumber: number,
  ): Promise<PastAnswer<Kind>> {
    if (this.#thread && fileNumber !== this.#fileNumber) void this.stop();
    this.#fileNumber = fileNumber;
    const key = JSON.stringify(query);
    const answer = this.#byQuery.get(key) ?? this.#send(query, key);
    return answer as Promise<PastAnswer<Kind>>;
  }

  isRunning(): boolean {
    return this.#thread !== undefined || this.#isEnding;
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread) {
      this.#thread = undefined;
      this.#isEnding = true;
      this.#cancelIdleStop();
      this.#rejectAll('The thread that reads the history was stopped');
      this.#ending = thread.terminate().then(() => {
        this.#isEnding = false;
      });
    }
    await this.#ending;
  }

  #send(query: unknown, key: string): Promise<unknown> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(
        new HistoryUnavailableError('Too many queries are pending; try again in a moment'),
      );
    }
    this.#cancelIdleStop();
    this.#thread ??= this.#start();
    const id = this.#nextId++;
    const { promise, resolve, reject } = promiseWithResolvers();
    this.#waiting.set(id, { key, answer: promise, resolve, reject });
    this.#byQuery.set(key, promise);
    this.#thread.postMessage({ id, query });
    return promise;
  }

  #start(): Worker {
    const { program, path } = this.#ports;
    const thread = new Worker(program, { workerData: path, resourceLimits: MEMORY_LIMITS, execArgv: [] });
    // The process may exit while the thread waits for a query.
    thread.unref();
    thread.on('message', (message: ReaderAnswer) => this.#settle(message));
    const lost = (error: unknown) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      const reason = error instanceof Error ? error.message : 'it exited';
      this.#rejectAll(`The thread that reads the history failed: ${reason}`);
    };
    thread.on('error', lost);
    thread.on('exit', lost);
    return thread;
  }

  #settle(message: ReaderAnswer): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    this.#byQuery.delete(waiting.key);
    if ('failure' in message) waiting.reject(errorOf(message.failure));
    else waiting.resolve(message.answer);
    if (this.#waiting.size === 0) this.#cancelIdleStop = this.#ports.after(IDLE_MS, () => void this.stop());
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new HistoryUnavailableError(reason));
    this.#waiting.clear();
    this.#byQuery.clear();
  }
}

function promiseWithResolvers(): Pick<Waiting, 'resolve' | 'reject'> & { promise: Promise<unknown> } {
  let resolve: Waiting['resolve'] = () => undefined;
  let reject: Waiting['reject'] = () => undefined;
  const promise = new Promise<unknown>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve, reject };
}

/** Rebuilds an error of the thread with the properties that callers read: class, message and result code. */
function errorOf({ name, message, rawCode }: { name: string; message: string; rawCode: unknown }): Error {
  if (name === 'HistoryQueryError') return new HistoryQueryError(message);
  return Object.assign(new Error(message), typeof rawCode === 'number' ? { rawCode } : {});
}

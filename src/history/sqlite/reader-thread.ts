import { Worker } from 'node:worker_threads';
import { HistoryQueryError, HistoryUnavailableError } from '../../domain/history/query.ts';
import type { Timers } from '../../kit/clock.ts';
import type { PastAnswer, PastQueries, PastQuery } from './past-queries.ts';

/** A question on its way to the thread, as the thread receives it. */
export interface ReaderRequest {
  readonly id: number;
  readonly query: PastQuery;
}

/** Its answer, or why there is none. */
export type ReaderAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { name: string; message: string; rawCode: unknown } };

/** What a reader is given. */
export interface ReaderThreadPorts {
  /** The history file. */
  readonly path: string;
  /** The program of the thread: `reader-program.js`. */
  readonly program: URL;
  readonly after: Timers['after'];
}

/** Reads the past in a thread, so that the event loop does not wait for it. The thread runs only while something is read. */
export interface ReaderThread {
  /**
   * Asks. A question that is asked already is not asked twice.
   * @param fileNumber which file it is, by counting: after the file was replaced another number
   * @returns rejects with HistoryQueryError, HistoryUnavailableError or the database's error
   */
  query<Kind extends keyof PastQueries>(
    question: PastQuery<Kind>,
    fileNumber: number,
  ): Promise<PastAnswer<Kind>>;
  /** Reports whether a thread has the file open. */
  isRunning(): boolean;
  /** Ends the thread. Questions that wait are rejected; a later one starts a thread again. */
  stop(): Promise<void>;
}

/** How long the thread stays without questions, in milliseconds (30 s). It takes some 10 MiB. */
const IDLE_MS = 30_000;
/** How many questions wait at most. */
const MAX_WAITING = 500;
/** The most memory that a thread takes, in MiB: a day of results of every second takes some 40. */
const MEMORY_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/** Creates a reader; its thread starts with the first question. */
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
  readonly #byQuestion = new Map<string, Promise<unknown>>();
  #ending: Promise<unknown> = Promise.resolve();
  #isEnding = false;
  #callOffEnd = (): void => undefined;

  constructor(ports: ReaderThreadPorts) {
    this.#ports = ports;
  }

  query<Kind extends keyof PastQueries>(
    question: PastQuery<Kind>,
    fileNumber: number,
  ): Promise<PastAnswer<Kind>> {
    if (this.#thread && fileNumber !== this.#fileNumber) void this.stop();
    this.#fileNumber = fileNumber;
    const key = JSON.stringify(question);
    const asked = this.#byQuestion.get(key) ?? this.#send(question, key);
    return asked as Promise<PastAnswer<Kind>>;
  }

  isRunning(): boolean {
    return this.#thread !== undefined || this.#isEnding;
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread) {
      this.#thread = undefined;
      this.#isEnding = true;
      this.#callOffEnd();
      this.#rejectAll('The thread that reads it has ended');
      this.#ending = thread.terminate().then(() => {
        this.#isEnding = false;
      });
    }
    await this.#ending;
  }

  #send(query: unknown, key: string): Promise<unknown> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new HistoryUnavailableError('Too many questions wait; ask again in a moment'));
    }
    this.#callOffEnd();
    this.#thread ??= this.#start();
    const id = this.#nextId++;
    const { promise, resolve, reject } = promiseWithResolvers();
    this.#waiting.set(id, { key, answer: promise, resolve, reject });
    this.#byQuestion.set(key, promise);
    this.#thread.postMessage({ id, query });
    return promise;
  }

  #start(): Worker {
    const { program, path } = this.#ports;
    const thread = new Worker(program, { workerData: path, resourceLimits: MEMORY_LIMITS, execArgv: [] });
    // The process may end while it waits for a question.
    thread.unref();
    thread.on('message', (message: ReaderAnswer) => this.#settle(message));
    const lost = (error: unknown) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      const reason = error instanceof Error ? error.message : 'it ended by itself';
      this.#rejectAll(`The thread that reads it has failed: ${reason}`);
    };
    thread.on('error', lost);
    thread.on('exit', lost);
    return thread;
  }

  #settle(message: ReaderAnswer): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    this.#byQuestion.delete(waiting.key);
    if ('failure' in message) waiting.reject(errorOf(message.failure));
    else waiting.resolve(message.answer);
    if (this.#waiting.size === 0) this.#callOffEnd = this.#ports.after(IDLE_MS, () => void this.stop());
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new HistoryUnavailableError(reason));
    this.#waiting.clear();
    this.#byQuestion.clear();
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

/** The error as it was in the thread, as far as it decides what is done. */
function errorOf({ name, message, rawCode }: { name: string; message: string; rawCode: unknown }): Error {
  if (name === 'HistoryQueryError') return new HistoryQueryError(message);
  return Object.assign(new Error(message), typeof rawCode === 'number' ? { rawCode } : {});
}

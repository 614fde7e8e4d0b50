import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * Compares a password with bcrypt hashes, the user's own first. The others are there for their cost: they are computed
 * when the first one does not match, and their results are ignored.
 * @returns whether the first one matches
 */
export type ComparePassword = (password: string, hashes: readonly string[]) => Promise<boolean>;

/** Compares passwords outside the event loop. */
export interface PasswordWorker {
  /** One call at a time: the caller queues. Rejects when the thread fails; the next call starts another. */
  readonly compare: ComparePassword;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** Runs in the thread. A text, since a thread of Node.js 20 cannot be started from TypeScript, as tests would need. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { compareSync } = require(workerData);
parentPort.on('message', ({ password, hashes: [own, ...others] }) => {
  const isRight = compareSync(password, own);
  if (!isRight) for (const hash of others) compareSync(password, hash);
  parentPort.postMessage(isRight);
});
`;

/**
 * Creates a worker; its thread starts with the first password. A thread instead of bcryptjs' asynchronous form: that one
 * holds the event loop for 100 ms at a time.
 */
export function createPasswordWorker(): PasswordWorker {
  let thread: Worker | undefined;

  function start(): Worker {
    const started = new Worker(PROGRAM, {
      eval: true,
      env: {},
      execArgv: [],
      workerData: createRequire(import.meta.url).resolve('bcryptjs'),
    });
    // Without a listener an error would end the process. `once` below gives it to the caller.
    started.on('error', () => {
      thread = undefined;
    });
    started.unref();
    return started;
  }

  return {
    async compare(password, hashes) {
      thread ??= start();
      const answer = once(thread, 'message');
      thread.postMessage({ password, hashes });
      const [isRight] = await answer;
      return isRight === true;
    },
    async close() {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

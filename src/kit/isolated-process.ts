import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';

/** A computation in a separate process. */
export interface IsolatedTask {
  /** The JavaScript file that calls `serveIsolated()`. */
  readonly script: URL;
  /** Any value that the structured clone algorithm supports. */
  readonly input: unknown;
  /** The largest heap, in MiB. */
  readonly heapMiB: number;
  readonly timeoutMs: number;
  /** The longest result that is read, in bytes. */
  readonly maxResultBytes: number;
  /** Kills the process when it aborts. */
  readonly signal: AbortSignal;
}

/** How a computation ended. `step` is the last step that it reported; undefined before the first. */
export type IsolatedOutcome<T> =
  | { readonly kind: 'finished'; readonly result: T }
  | { readonly kind: 'timed-out'; readonly step: number | undefined }
  | { readonly kind: 'out-of-memory'; readonly step: number | undefined }
  | { readonly kind: 'aborted' };

/** Thrown when a computation throws. The stack is that of the other process. */
export class IsolatedTaskError extends Error {
  override readonly name = 'IsolatedTaskError';
}

type Answer = { readonly result: unknown } | { readonly error: string; readonly stack: string };

/**
 * Runs a computation over untrusted input in a separate process, which is killed above its time or memory limit.
 *
 * A worker thread is not enough: V8 ends the whole process, whatever the thread's `resourceLimits` say, when one large
 * allocation does not fit (a string, the table of a `Map`) or a regular expression is compiled with a stack that is nearly
 * full. The process gets no environment variables, hence no secrets.
 * @throws IsolatedTaskError when the computation throws, Error when the script is missing or the process cannot be started
 */
export async function runIsolated<T>(task: IsolatedTask): Promise<IsolatedOutcome<T>> {
  if (task.signal.aborted) return { kind: 'aborted' };
  const script = fileURLToPath(task.script);
  const child = spawn(process.execPath, [`--max-old-space-size=${task.heapMiB}`, script], {
    env: {},
    stdio: 'pipe',
    windowsHide: true,
  });
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    child.kill('SIGKILL');
  }, task.timeoutMs);
  const abort = () => child.kill('SIGKILL');
  task.signal.addEventListener('abort', abort, { once: true });
  try {
    // The process may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(serialize(task.input));
    const steps = readSteps(child);
    const [bytes] = await Promise.all([readResult(child, task.maxResultBytes), whenClosed(child)]);
    if (task.signal.aborted) return { kind: 'aborted' };
    if (isTimedOut) return { kind: 'timed-out', step: steps.last() };
    const isAnswered = bytes !== undefined && bytes.length > 0;
    if (!isAnswered && !existsSync(script)) {
      throw new Error(`The script of the process is missing; run \`npm run build\`: ${script}`);
    }
    // Otherwise a process without an answer was killed: by V8 or by the system, for lack of memory.
    if (!isAnswered) return { kind: 'out-of-memory', step: steps.last() };
    const answer = deserialize(bytes) as Answer;
    if ('result' in answer) return { kind: 'finished', result: answer.result as T };
    throw Object.assign(new IsolatedTaskError(answer.error), { stack: answer.stack });
  } finally {
    clearTimeout(timer);
    task.signal.removeEventListener('abort', abort);
  }
}

/**
 * Serves `runIsolated()` in the other process: reads the input, runs the computation, and writes the result.
 * @param compute the computation; it reports its steps by numbers, so that a killed process leaves the last one
 */
export async function serveIsolated<I>(
  compute: (input: I, reportStep: (step: number) => void) => unknown,
): Promise<void> {
  preferToBeKilled();
  let answer: Answer;
  try {
    const input = deserialize(readFileSync(0)) as I;
    const result = await compute(input, (step) => void writeSync(2, `${step}\n`));
    answer = { result };
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    answer = { error: `${fault.name}: ${fault.message}`, stack: fault.stack ?? '' };
  }
  writeFileSync(1, serialize(answer));
}

/** Makes Linux kill this process before its parent when memory is short. Other systems do not have the file. */
function preferToBeKilled(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Optional.
  }
}

/** Reads the result. @returns undefined when it is too long; the process is then killed */
async function readResult(child: ChildProcess, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      child.kill('SIGKILL');
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readSteps(child: ChildProcess): { last(): number | undefined } {
  let tail = '';
  let last: number | undefined;
  child.stderr?.setEncoding('latin1').on('data', (chunk: string) => {
    const lines = (tail + chunk).split('\n');
    tail = (lines.pop() ?? '').slice(0, 20);
    const number = lines.findLast((line) => /^\d{1,9}$/.test(line));
    if (number !== undefined) last = Number(number);
  });
  return { last: () => last };
}

function whenClosed(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve());
  });
}

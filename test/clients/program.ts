import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../find-program.ts';

/** Longest time that one run of a client takes before it is killed, in milliseconds (20 s). */
const RUN_TIMEOUT_MS = 45_000;
/** Longest time that a service takes to start, in milliseconds (15 s). */
const START_TIMEOUT_MS = 30_000;
/** How long a service may take to end by itself before it is killed, in milliseconds (5 s). */
const STOP_TIMEOUT_MS = 5_000;

/** What a program left behind. */
export interface Run {
  /** 0 when it worked; undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running service. */
export interface Service {
  /** What the pattern of its first message matched. */
  readonly ready: RegExpExecArray;
  /** Ends it, and returns when it has ended. */
  stop(): Promise<void>;
}

/** How a service is started. */
export interface ServiceOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Added to its environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it prints when it is ready. */
  readonly readyPattern: RegExp;
}

/**
 * Runs a program to its end in an environment of its own. How it ends is in the answer.
 * @throws Error when it is not installed
 */
export function run(
  program: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      pathOf(program),
      options,
      { env: { ...baseEnvironment(), ...environment }, timeout: RUN_TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve({ exitCode: typeof code === 'number' ? code : undefined, stdout, stderr });
      },
    );
  });
}

/**
 * Starts a service and waits until it reports that it is ready.
 * @throws Error with what it printed when it ends or does not get ready in time
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const child = spawn(pathOf(options.program), options.arguments, {
    env: { ...baseEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A script that fails half-way must not leave a service behind.
  const endWithThis = () => child.kill('SIGKILL');
  process.once('exit', endWithThis);
  child.once('exit', () => process.off('exit', endWithThis));
  try {
    const ready = await waitUntilReady(child, options);
    return { ready, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function waitUntilReady(child: ChildProcess, options: ServiceOptions): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const give = (reason: string) =>
      reject(new Error(`${options.program} ${reason}: ${printed.slice(-2_000)}`));
    const timer = setTimeout(() => give('did not get ready'), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const match = options.readyPattern.exec(printed);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => give(`did not start, ${error.message}`));
    // All that was printed has arrived by then, which `exit` does not promise.
    child.once('close', (code) => {
      clearTimeout(timer);
      give(`ended with ${code}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}

function pathOf(program: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`Program is not installed: ${program}`);
  return path;
}

/** A proxy port without a listener keeps a client that misunderstands its settings away from the real Docker Hub. */
function baseEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HTTPS_PROXY: 'http://127.0.0.1:1',
    HTTP_PROXY: 'http://127.0.0.1:1',
  };
}

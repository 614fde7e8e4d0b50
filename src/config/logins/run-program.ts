import { spawn } from 'node:child_process';

/** How a program ended: its exit code and standard output, or the reason why there is none. */
export type ProgramResult =
  | { readonly kind: 'ended'; readonly exitCode: number | undefined; readonly stdout: string }
  | { readonly kind: 'not-started' | 'too-long' | 'too-much' };

/** What is run, and its bounds. */
export interface Program {
  /** Looked up in `PATH`; never a command line. */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxStdoutBytes: number;
}

/** Runs a program to its end. Never rejects. */
export type RunProgram = (program: Program) => Promise<ProgramResult>;

/** How long a program that is asked to end may take, in milliseconds, before it is killed. */
const GRACE_MS = 1_000;
/** How long output is still read from a program that has ended, in milliseconds: what it started may hold the pipe. */
const DRAIN_MS = 250;

/** Process groups that have not ended. They are killed with this process, which does not wait for them. */
const running = new Set<number>();

/**
 * Runs a program without a shell, in a process group of its own. When its time is up the whole group is asked to end,
 * and killed a second later. A program that has ended is not waited for any longer where something it started keeps its
 * output open: that is killed too.
 */
export function runProgram(program: Program): Promise<ProgramResult> {
  const ended = new Promise<ProgramResult>((resolve) => start(program, resolve));
  // Where the system has no process or no pipe left, spawning throws at once.
  return ended.catch(() => ({ kind: 'not-started' }));
}

function start(program: Program, resolve: (result: ProgramResult) => void): void {
  const child = spawn(program.name, [...program.args], {
    env: program.env,
    stdio: ['pipe', 'pipe', 'ignore'],
    shell: false,
    detached: true,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timers: NodeJS.Timeout[] = [];
  if (child.pid !== undefined) trackGroup(child.pid);

  function settle(result: ProgramResult): void {
    for (const timer of timers) clearTimeout(timer);
    child.stdin.destroy();
    child.stdout.destroy();
    resolve(result);
  }
  function settleEnded(code: number | null): void {
    settle({ kind: 'ended', exitCode: code ?? undefined, stdout: Buffer.concat(chunks).toString('utf8') });
  }

  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= program.maxStdoutBytes) return void chunks.push(chunk);
    settle({ kind: 'too-much' });
    terminateGroup(child.pid);
  });
  child.on('error', () => settle({ kind: 'not-started' }));
  child.on('exit', (code) => {
    timers.push(
      setTimeout(() => {
        settleEnded(code);
        terminateGroup(child.pid);
      }, DRAIN_MS),
    );
  });
  child.on('close', (code) => {
    settleEnded(code);
    if (child.pid !== undefined && !signalGroup(child.pid, 0)) untrackGroup(child.pid);
  });
  // A program that ends without reading its input breaks the pipe; how it ended says more than that.
  child.stdin.on('error', () => undefined);
  child.stdin.end(program.stdin);
  timers.push(
    setTimeout(() => {
      settle({ kind: 'too-long' });
      terminateGroup(child.pid);
    }, program.timeoutMs),
  );
}

/** Kills a group with this process, if it has not ended before. */
function trackGroup(group: number): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(group);
}

function killAll(): void {
  for (const group of running) signalGroup(group, 'SIGKILL');
}

/** Asks a group to end, and kills what is left of it after the grace. */
function terminateGroup(group: number | undefined): void {
  if (group === undefined || !signalGroup(group, 'SIGTERM')) return;
  setTimeout(() => {
    signalGroup(group, 'SIGKILL');
    untrackGroup(group);
  }, GRACE_MS);
}

function untrackGroup(group: number): void {
  running.delete(group);
  if (running.size === 0) process.off('exit', killAll);
}

/** Reports whether there is such a group. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';

/** The result of a program: its exit code and standard output, or the reason why there is none. */
export type ProgramResult =
  | { readonly kind: 'ended'; readonly exitCode: number | undefined; readonly stdout: string }
  | { readonly kind: 'not-started' | 'too-long' | 'too-much' };

/** A program to run, and its limits. */
export interface Program {
  /** The name of an executable in `PATH`, not a command line. */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxStdoutBytes: number;
}

/** Runs a program until it ends. Never rejects. */
export type RunProgram = (program: Program) => Promise<ProgramResult>;

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const GRACE_MS = 1_000;
/** How long output is read after the program has ended, in milliseconds: its child processes may keep the pipe open. */
const DRAIN_MS = 250;

/** Process groups that have not ended. They are killed when this process exits. */
const running = new Set<number>();

/**
 * Runs a program without a shell in its own process group. After the timeout the whole group gets SIGTERM, and SIGKILL
 * one second later. Child processes that keep the output open after the program has ended are killed too.
 */
export function runProgram(program: Program): Promise<ProgramResult> {
  const ended = new Promise<ProgramResult>((resolve) => start(program, resolve));
  // spawn() throws if the system has no free process or pipe.
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
  // A program that does not read its input breaks the pipe; its exit code is reported instead.
  child.stdin.on('error', () => undefined);
  child.stdin.end(program.stdin);
  timers.push(
    setTimeout(() => {
      settle({ kind: 'too-long' });
      terminateGroup(child.pid);
    }, program.timeoutMs),
  );
}

/** Kills a group when this process exits, unless it has ended before. */
function trackGroup(group: number): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(group);
}

function killAll(): void {
  for (const group of running) signalGroup(group, 'SIGKILL');
}

/** Sends SIGTERM to a group, and SIGKILL after `GRACE_MS`. */
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

/** Sends a signal, 0 for none; reports whether the group exists. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

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

/** Runs a program without a shell, in a process group of its own: what it started ends with it when its time is up. */
export function runProgram(program: Program): Promise<ProgramResult> {
  const ended = new Promise<ProgramResult>((resolve) => {
    const child = spawn(program.name, [...program.args], {
      env: program.env,
      stdio: ['pipe', 'pipe', 'ignore'],
      shell: false,
      detached: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let timer: NodeJS.Timeout | undefined;

    function settle(result: ProgramResult): void {
      clearTimeout(timer);
      resolve(result);
    }
    function abort(kind: 'too-long' | 'too-much'): void {
      killGroup(child.pid);
      child.stdout.destroy();
      settle({ kind });
    }

    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > program.maxStdoutBytes) abort('too-much');
      else chunks.push(chunk);
    });
    child.on('error', () => settle({ kind: 'not-started' }));
    child.on('close', (code) =>
      settle({ kind: 'ended', exitCode: code ?? undefined, stdout: Buffer.concat(chunks).toString('utf8') }),
    );
    // A program that ends without reading its input breaks the pipe; how it ended says more than that.
    child.stdin.on('error', () => undefined);
    child.stdin.end(program.stdin);
    timer = setTimeout(() => abort('too-long'), program.timeoutMs);
  });
  // Where the system has no process or no pipe left, spawning throws at once.
  return ended.catch(() => ({ kind: 'not-started' }));
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

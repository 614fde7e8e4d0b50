import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program, and returns the time from its start to its end in milliseconds. Throws unless its exit code is 0. */
export async function timeToEnd(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'inherit'], env });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} has ended with ${code}`);
  return performance.now() - startedAt;
}

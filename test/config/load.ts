import type { Config } from '../../src/config/config.ts';
import type { ReadFile } from '../../src/config/files.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunProgram } from '../../src/config/logins/run-program.ts';
import { ConfigError } from '../../src/config/problem.ts';

/** What a test writes: every file stands in memory, `yaml` as `/etc/headroom.yml`. */
export interface Written {
  readonly yaml?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly runProgram?: RunProgram;
}

/** Reads files from memory, and fails as Node does for all others. */
export function filesOf(files: Readonly<Record<string, string>>): ReadFile {
  return (path) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    if (text !== undefined) return Promise.resolve(text);
    const message = `ENOENT: no such file or directory, open '${path}'`;
    return Promise.reject(Object.assign(new Error(message), { code: 'ENOENT' }));
  };
}

/** Loads a configuration from memory alone. */
export function load({ yaml, args = [], env = {}, files = {}, runProgram }: Written): Promise<Config> {
  const inFile = yaml === undefined ? {} : { '/etc/headroom.yml': yaml };
  const flags = parseFlags([...(yaml === undefined ? [] : ['--config.file=/etc/headroom.yml']), ...args]);
  return loadConfig({
    flags,
    env,
    readFile: filesOf({ ...inFile, ...files }),
    runProgram: runProgram ?? (() => Promise.reject(new Error('No program expected'))),
  });
}

/** The lines that a wrong configuration prints, without the first one and the indentation. */
export async function problemsOf(written: Written): Promise<string[]> {
  try {
    await load(written);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

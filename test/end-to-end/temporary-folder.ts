import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of one test, which goes with it. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, an object as YAML; its path. */
  write(name: string, content: string | object): string;
  /** Makes a named pipe; its path. */
  pipe(name: string): string;
  remove(name: string): void;
}

/** Makes a folder for one test. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
    pipe(name) {
      const file = join(path, name);
      execFileSync('mkfifo', [file]);
      return file;
    },
    remove: (name) => rmSync(join(path, name)),
  };
}

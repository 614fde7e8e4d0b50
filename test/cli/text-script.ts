import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A command with its files, and everything it says: what a reader of the script sees at a terminal. */
export interface TextScript {
  /** What it shows. */
  readonly title: string;
  /** The words behind `headroom`; `'…'` holds spaces together. */
  readonly argv: readonly string[];
  /** Undefined where nothing is piped in. */
  readonly stdin: string | undefined;
  readonly files: ReadonlyMap<string, string>;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const SECTION = /^-- (.+) --\n/m;
/** Sections that are no files. */
const OWN = new Set(['stdin', 'stdout', 'stderr', 'exit code']);

/**
 * Reads a script: a line `# what it shows`, a line `$ headroom …`, and then sections that begin with `-- name --`: the
 * files it finds, `stdin`, and the `stdout`, `stderr` and `exit code` that it is to have, each empty (or 0) when missing.
 */
export function readTextScript(path: string): TextScript {
  const [head = '', ...parts] = readFileSync(path, 'utf8').split(SECTION);
  const [, title = ''] = /^# (.+)$/m.exec(head) ?? [];
  const [, command = ''] = /^\$ headroom (.+)$/m.exec(head) ?? [];
  const sections = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) sections.set(parts[i] ?? '', parts[i + 1] ?? '');
  return {
    title,
    argv: [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word),
    stdin: sections.get('stdin'),
    files: new Map([...sections].filter(([name]) => !OWN.has(name))),
    stdout: sections.get('stdout') ?? '',
    stderr: sections.get('stderr') ?? '',
    exitCode: Number(sections.get('exit code') ?? 0),
  };
}

/** Writes the files of a script below a folder. */
export function writeScriptFiles({ files }: TextScript, folder: string): void {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

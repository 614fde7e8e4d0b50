import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A command with its files, and all its output: what a reader of the script sees at a terminal. */
export interface TextScript {
  /** What it shows. */
  readonly title: string;
  /** The words behind `headroom`; `'…'` holds spaces together. */
  readonly argv: readonly string[];
  /** Undefined where nothing is piped in. */
  readonly stdin: string | undefined;
  readonly files: ReadonlyMap<string, string>;
  /** What files hold when it has ended, by their names. */
  readonly filesAfter: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string>>;
  /** What is done to the simulated hub before, a line each, such as `spend 127.0.0.1 100`. */
  readonly hub: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const SECTION = /^-- (.+) --\n/m;
/** Sections that are no files. */
const OWN = new Set(['stdin', 'stdout', 'stderr', 'exit code', 'env', 'hub']);
/** Begins the name of a section that holds a file as it is to be in the end. */
const AFTER = 'after ';

/**
 * Reads a script: a line `# what it shows`, a line `$ headroom …`, and then sections that begin with `-- name --`: the
 * files it finds, `stdin`, `env` and `hub`, `after name`, and the `stdout`, `stderr` and `exit code` that it is to have, each empty (or 0) when missing.
 * @param fill puts in what is not known before, such as ports
 */
export function readTextScript(path: string, fill: (text: string) => string = (text) => text): TextScript {
  const [head = '', ...parts] = fill(readFileSync(path, 'utf8')).split(SECTION);
  const [, title = ''] = /^# (.+)$/m.exec(head) ?? [];
  const [, command = ''] = /^\$ headroom (.+)$/m.exec(head) ?? [];
  const sections = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) sections.set(parts[i] ?? '', parts[i + 1] ?? '');
  return {
    title,
    argv: [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word),
    stdin: sections.get('stdin'),
    files: new Map([...sections].filter(([name]) => !OWN.has(name) && !name.startsWith(AFTER))),
    filesAfter: new Map(
      [...sections].flatMap(([name, text]) =>
        name.startsWith(AFTER) ? [[name.slice(AFTER.length), text] as const] : [],
      ),
    ),
    env: Object.fromEntries(linesOf(sections.get('env')).map(settingOf)),
    hub: linesOf(sections.get('hub')),
    stdout: sections.get('stdout') ?? '',
    stderr: sections.get('stderr') ?? '',
    exitCode: Number(sections.get('exit code') ?? 0),
  };
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

function settingOf(line: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
  return [name, value];
}

/** Writes the files of a script below a folder. */
export function writeScriptFiles({ files }: TextScript, folder: string): void {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../config/problem.ts';
import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { MAX_FILE_BYTES, tooLarge } from '../../planner/plan-files.ts';
import type { SourceFile } from '../../planner/source-file.ts';

/** Reports whether an argument is a pattern. A shell passes on quoted patterns and those without a match. */
function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** Returns the folder that contains every match of a pattern. */
function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => isGlob(part)),
  );
  return fixed.join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** Converts a pattern to a regular expression: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any folders. */
function globPattern(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|[{},]|[\\^$.+()|]/g, (token): string => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('[')) return token.replace('[!', '[^').replace(/\\/g, '\\\\');
    if (token === '{') {
      depth++;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth--;
      return ')';
    }
    if (token === ',' && depth > 0) return '|';
    return token === ',' ? ',' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}

/** The files of a plan, and the arguments and files that cannot be read. */
export interface GatheredFiles {
  readonly files: readonly SourceFile[];
  /** Files that cannot be read. */
  readonly problems: readonly PlanProblem[];
  /** Arguments without a file. */
  readonly missing: readonly Problem[];
}

/** The name of standard input. */
const STDIN = '-';
/** Folders of dependencies and generated files, which are skipped. */
const SKIPPED_FOLDERS = new Set(['node_modules', 'vendor', '__pycache__']);
/** Hidden folders and files of pipelines, which are not skipped. */
const HIDDEN =
  /^\.(?:github|gitlab|circleci|woodpecker|env|gitlab-ci\.ya?ml|woodpecker\.ya?ml|drone\.ya?ml|.*\.gitlab-ci\.ya?ml)$/;
const CANDIDATE =
  /\.(?:ya?ml|json)$|^\.env$|bake[^/]*\.hcl$|(?:^|[.])(?:Dockerfile|Containerfile)|^(?:Dockerfile|Containerfile)/i;

/** Compose files, which Compose reads together with `.env` in the same folder. */
const COMPOSE_NAME = /(?:^|[/\\])[^/\\]*compose[^/\\]*\.ya?ml$/i;

/** Reads the files that the files, folders and patterns of a command line name. */
export async function gatherFiles(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<GatheredFiles> {
  const problems: PlanProblem[] = [];
  const missing: Problem[] = [];
  const names = new Set<string>();
  const named = new Set<string>();
  for (const path of paths) {
    const found = await expand(path);
    if (found.length === 0) missing.push({ place: { kind: 'flag', flag: 'FILE' }, ...nothingAt(path) });
    if (found.length === 1 && found[0] === path) named.add(path);
    for (const name of found) names.add(name);
  }
  for (const name of [...names]) {
    const env = join(dirname(name), '.env');
    if (COMPOSE_NAME.test(name) && (await stat(env).catch(() => undefined))?.isFile()) names.add(env);
  }
  const files: SourceFile[] = [];
  for (const name of names) {
    const file = name === STDIN ? { name, text: await readStdin() } : await readText(name, !named.has(name));
    if ('text' in file) files.push(file);
    else problems.push(file);
  }
  return { files, problems, missing };
}

async function expand(path: string): Promise<readonly string[]> {
  if (path === STDIN) return [path];
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return walk(path, (name) => CANDIDATE.test(name));
  if (facts) return [path];
  if (!isGlob(path)) return [];
  const root = globRoot(path);
  const pattern = globPattern(path.replace(/^\.\//, ''));
  const all = await walk(root, () => true);
  return all.filter((name) => pattern.test(name.replace(/^\.\//, '')));
}

/** Lists the files below a folder in the order of their names. Folders that cannot be opened are skipped. */
async function walk(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of sorted) {
    if (entry.name.startsWith('.') && !HIDDEN.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) {
      for (const inner of await walk(path, isWanted)) found.push(inner);
    } else if (entry.isFile() && isWanted(entry.name)) found.push(path);
  }
  return found;
}

async function readText(name: string, isFromFolder: boolean): Promise<SourceFile | PlanProblem> {
  try {
    const { size } = await stat(name);
    const [problem] = size > MAX_FILE_BYTES ? tooLarge(name, size).problems : [];
    return problem ?? { name, text: await readFile(name, 'utf8'), isFromFolder };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { file: name, line: 1, column: 1, message: `Cannot be read: ${reason}` };
  }
}

function nothingAt(path: string): Pick<Problem, 'message' | 'found' | 'allowed'> {
  return {
    message: isGlob(path) ? 'No file matches' : 'There is no such file',
    found: JSON.stringify(path),
    allowed: 'files, folders, patterns such as "k8s/**/*.yml", and - for the standard input',
  };
}

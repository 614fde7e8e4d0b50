import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Rewriting, rewriteReferences } from '../../domain/pull-cost/rewrite-references.ts';
import type { ImageUse, Workload } from '../../domain/pull-cost/workload.ts';
import type { SourceFile } from '../../planner/source-file.ts';

/** A file with the image names of another registry. */
export interface RewrittenFile extends Rewriting {
  readonly file: string;
}

/** Rewrites the image names in each file that has images. */
export function rewriteFiles(
  files: readonly SourceFile[],
  workloads: readonly Workload[],
  host: string,
): readonly RewrittenFile[] {
  const uses = new Map<string, ImageUse[]>(files.map(({ name }) => [name, []]));
  for (const workload of workloads) for (const use of workload.uses) uses.get(use.file)?.push(use);
  return files.map(({ name, text }) => ({
    file: name,
    ...rewriteReferences(text, uses.get(name) ?? [], host),
  }));
}

/**
 * Writes files below a folder, at their relative paths.
 * @throws Error if a file cannot be written
 */
export async function writeFiles(folder: string, files: readonly RewrittenFile[]): Promise<void> {
  for (const { file, text } of files) {
    const path = join(folder, pathBelow(file));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** Returns the path of a file below the target folder: relative to the working directory, or the absolute path if outside it. */
function pathBelow(file: string): string {
  if (file === '-') return 'stdin.yml';
  const path = relative(process.cwd(), resolve(file));
  const outside = path.startsWith('..') || isAbsolute(path);
  return outside ? resolve(file).split(sep).filter(Boolean).join(sep) : path;
}

/** Describes the images of Docker Hub that keep their names, one line each. */
export function keptWords(files: readonly RewrittenFile[]): readonly string[] {
  return files.flatMap(({ kept }) =>
    kept.map(
      ({ use, reason }) => `${use.file}:${use.line}:${use.column}: ${use.text} keeps its name: ${reason}`,
    ),
  );
}

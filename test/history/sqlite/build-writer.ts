import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Builds `kill-writer.js` with all that it imports, as Node.js 20 runs no TypeScript.
 * @returns the path of the program: in the project, where it finds libsql
 */
export async function buildWriter(): Promise<string> {
  const folder = join(import.meta.dirname, '../../../node_modules/.cache/headroom');
  // A process writes its own file: two tests may build it at the same time.
  const outfile = join(folder, `kill-writer-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'kill-writer.js')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql'],
  });
  return outfile;
}

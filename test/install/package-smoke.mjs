/**
 * `npm run package-smoke`: packs the npm package, installs it into an empty folder as a user would, and runs it from
 * there. Needs the package registry for the dependencies.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run, tryDemo } from './run-program.mjs';

const PROJECT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'headroom-package-'));
try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  const prefix = join(folder, 'prefix');
  run(
    'npm',
    ['install', '--global', '--silent', '--prefer-offline', '--prefix', prefix, join(folder, tarball)],
    {
      cwd: folder,
    },
  );
  const headroom = join(prefix, 'bin/headroom');
  console.log(run(headroom, ['--version']).trim());
  const installed = join(prefix, 'lib/node_modules/dockerhub-headroom');
  for (const unwanted of ['src', 'test', 'bench', 'node_modules/vitest']) {
    if (existsSync(join(installed, unwanted))) throw new Error(`The package holds ${unwanted}`);
  }
  const readyMs = await tryDemo(headroom, [], { cwd: folder }, async (url) => {
    for (const path of ['/', '/metrics', '/api/v1/summary']) {
      const { status } = await fetch(url + path);
      if (status !== 200) throw new Error(`${path} answers ${status}`);
    }
  });
  const size = run('du', ['-sm', prefix]).split('\t')[0];
  console.log(
    `Installed from the package: ${size} MB with its dependencies, ready after ${Math.round(readyMs)} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

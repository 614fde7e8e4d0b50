import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../measure/benchmark.ts';
import { observe } from '../measure/finding.ts';

const BOUND_MIB = 35;

/** How much of a disk it takes. */
export const installedSize: Benchmark = {
  name: 'installed-size',
  about:
    'Size of the folder that `npm install --global` fills from the packed tarball, with all dependencies, in blocks of the disk. ' +
    'Needs the package registry.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-size-'));
    try {
      execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
      const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
      const prefix = join(folder, 'prefix');
      execFileSync(
        'npm',
        ['install', '--global', '--silent', '--prefer-offline', '--prefix', prefix, tarball],
        { cwd: folder },
      );
      return [
        observe('installed with npm', 'MiB', [sizeMiB(prefix)], BOUND_MIB),
        observe('tarball', 'MiB', [statSync(tarball).size / 2 ** 20]),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function sizeMiB(folder: string): number {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1_024;
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error: a script of the build, without types.
import { BUNDLES } from '../bundles.mjs';

const PROJECT = resolve(import.meta.dirname, '..');
const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/;

/**
 * What may be loaded at the start, by the file where it begins: its own code and the packages, in KiB, and packages that must not
 * be loaded before they are used. Bytes are counted instead of time, as a busy machine does not change them. If a limit is exceeded
 * for a good reason, raise it, and measure `npm run bench -- startup check memory` before and after.
 */
const BUDGETS: { start: string; maxKiB: number; lazy: string[] }[] = [
  { start: 'src/main.ts', maxKiB: 24, lazy: ['undici', 'pino', 'node-cron'] },
  { start: 'src/cli/health.ts', maxKiB: 640, lazy: ['pino', 'node-cron', 'yaml', 'zod'] },
  {
    start: 'src/cli/check.ts',
    maxKiB: 1_020,
    lazy: ['yaml', 'zod', 'tldts', 'express', 'libsql', 'prom-client'],
  },
  {
    start: 'src/cli/serve.ts',
    maxKiB: 3_160,
    lazy: [
      'yaml',
      'zod',
      'tldts',
      'marked',
      'reflect-metadata',
      '@peculiar/x509',
      '@actions/expressions',
      '@opentelemetry/sdk-metrics',
    ],
  },
  { start: 'src/history/sqlite/reader-program.ts', maxKiB: 110, lazy: ['pino', 'undici', 'zod'] },
];

describe('the bundles', () => {
  let outputs: Metafile['outputs'];
  beforeAll(async () => {
    const { metafile } = await build({ ...BUNDLES, absWorkingDir: PROJECT, write: false });
    outputs = metafile?.outputs ?? {};
  });

  /** The files that are read when a file of src/ is imported: with static imports, without `import()`. */
  function reachedFrom(start: string): Metafile['outputs'][string][] {
    const first = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === start);
    if (first === undefined) throw new Error(`No bundle begins with ${start}`);
    const reached = new Set([first]);
    for (const path of reached) {
      for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
        if (kind === 'import-statement' && !external) reached.add(next);
      }
    }
    return [...reached].flatMap((path) => outputs[path] ?? []);
  }

  test.each(BUDGETS)(
    '$start loads at most $maxKiB KiB, and no package before it is used',
    ({ start, maxKiB, lazy }) => {
      const inputs = reachedFrom(start).flatMap((output) => Object.entries(output.inputs));
      const bytes = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
      const packages = new Set(inputs.flatMap(([file]) => PACKAGE.exec(file)?.[1] ?? []));
      expect(lazy.filter((name) => packages.has(name))).toEqual([]);
      expect(bytes / 1_024).toBeLessThanOrEqual(maxKiB);
    },
  );

  test('have the names of a package that is imported when it is used', () => {
    // esbuild alone gives a package in CommonJS only the name `default`: `new yaml.LineCounter()` failed.
    const names = (name: string) => {
      const output = Object.values(outputs).find(({ entryPoint }) => entryPoint === `named:${name}`);
      return output?.exports;
    };
    expect(names('yaml')).toEqual(expect.arrayContaining(['LineCounter', 'isMap', 'parse', 'parseDocument']));
    expect(names('papaparse')).toEqual(['default']);
    expect(names('@peculiar/x509')).toContain('X509CertificateGenerator');
  });

  test('need no package beside the ones that are installed with Headroom', () => {
    const { dependencies } = JSON.parse(readFileSync(`${PROJECT}/package.json`, 'utf8'));
    expect(Object.keys(dependencies).sort()).toEqual([...BUNDLES.external].sort());
    const external = Object.values(outputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, external: isOutside }) => (isOutside ? path : [])),
    );
    const packages = new Set(external.filter((path) => !path.startsWith('node:')));
    expect([...packages].filter((path) => path in dependencies)).toEqual(['libsql']);
  });
});

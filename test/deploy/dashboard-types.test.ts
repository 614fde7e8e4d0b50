import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DASHBOARDS } from './dashboards.ts';

const TYPES = resolve(import.meta.dirname, 'dashboard-json.ts');
const TSC = resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
/** What an import by hand reads, and the types leave out. */
const IMPORT_KEYS = ['__inputs', '__elements', '__requires'];

describe('Grafana’s published types', () => {
  test.each(DASHBOARDS)('accept $name, with every key and every value', ({ text }) => {
    expect(complaintsOf(text)).toBe('');
  });

  test.each([
    ['a key that no dashboard has', '"editable": false', '"editable": false, "writable": false'],
    ['a key that no such panel has', '"showUnfilled": true', '"showUnfilled": true, "showEmpty": true'],
    ['a value that is not among those of its key', '"bottom"', '"below"'],
    ['a value of another type', '"schemaVersion": 39', '"schemaVersion": "39"'],
  ])('refuse %s', (_, good, bad) => {
    const [{ text } = { text: '' }] = DASHBOARDS;
    expect(text).toContain(good);
    expect(complaintsOf(text.replace(good, bad))).not.toBe('');
  });
});

/** What the compiler has to say against a dashboard: written as a literal, nothing in it may be unknown. */
function complaintsOf(text: string): string {
  const parsed = JSON.parse(text) as Record<string, unknown>;
  for (const key of IMPORT_KEYS) delete parsed[key];
  const folder = mkdtempSync(join(tmpdir(), 'headroom-dashboard-'));
  try {
    const file = join(folder, 'dashboard.ts');
    const type = `import(${JSON.stringify(TYPES)}).DashboardJson`;
    writeFileSync(file, `export const dashboard: ${type} = ${JSON.stringify(parsed, null, 2)};\n`);
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions', '--types', ''];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [TSC, ...flags, '--module', 'nodenext', file],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return status === 0 ? '' : `exit ${status}: ${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

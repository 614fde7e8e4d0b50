import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { run } from './run-program.ts';

const TEMPLATE = readFileSync(resolve(import.meta.dirname, '../../docs/examples/headroom.yml'), 'utf8');

describe('headroom config init', () => {
  test('writes a file that passes --config.check', async () => {
    const path = join(temporaryFolder().path, 'new.yml');
    expect(await run(['config', 'init', path])).toEqual({
      exitCode: 0,
      stdout: `Wrote ${path}. Edit it, then run: headroom --config.file=${path} --config.check\n`,
      stderr: '',
    });
    expect(readFileSync(path, 'utf8')).toBe(TEMPLATE);
    expect((await run([`--config.file=${path}`, '--config.check'])).exitCode).toBe(0);
  });

  test('does not change a file that exists', async () => {
    const path = join(temporaryFolder().path, 'headroom.yml');
    writeFileSync(path, 'log: { level: warn }\n');
    expect(await run(['config', 'init', path])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Cannot write ${path}: the file exists\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe('log: { level: warn }\n');
  });

  test('reports a folder that does not exist', async () => {
    const path = join(temporaryFolder().path, 'missing/headroom.yml');
    const { exitCode, stderr } = await run(['config', 'init', path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('ENOENT') });
  });

  test('prints the file for "-"', async () => {
    expect(await run(['config', 'init', '-'])).toEqual({ exitCode: 0, stdout: TEMPLATE, stderr: '' });
  });
});

test('headroom config schema prints docs/headroom.schema.json', async () => {
  const { exitCode, stdout } = await run(['config', 'schema']);
  const published = readFileSync(resolve(import.meta.dirname, '../../docs/headroom.schema.json'), 'utf8');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: published });
});

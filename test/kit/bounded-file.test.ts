import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../../src/kit/bounded-file.ts';

test('FILE_LIMITS are those of docs/configuration.md', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const section = /## Sizes of files\n([\s\S]*?)\n## /.exec(page)?.[1] ?? '';
  const documented = [...section.matchAll(/^\| .* \| (\d+) (KiB|MiB) \|$/gm)].map(([, count, unit]) => {
    return Number(count) * (unit === 'MiB' ? 1_048_576 : 1_024);
  });
  expect(new Set(documented)).toEqual(new Set(Object.values(FILE_LIMITS)));
});

const folder = mkdtempSync(join(tmpdir(), 'headroom-bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: number): string {
  const path = join(folder, `${bytes}`);
  writeFileSync(path, 'x'.repeat(bytes));
  return path;
}

describe.each([['readBoundedFile()', readBoundedFile]])('%s', (_name, read) => {
  test('reads up to the limit', async () => {
    expect((await read(fileOf(200_000), 200_000)).length).toBe(200_000);
    expect(await read(fileOf(0), 1)).toBe('');
  });

  test('refuses a byte more, and a device without an end', async () => {
    await expect(read(fileOf(1_025), 1_024)).rejects.toThrow(new FileTooLargeError(1_024));
    await expect(read('/dev/zero', 1_048_576)).rejects.toThrow('it is larger than 1 MiB');
  });

  test('rejects as Node does', async () => {
    await expect(read(join(folder, 'none'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read(folder, 1_000_000)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileTooLargeError, readBoundedFile, readBoundedFileSync } from '../../src/kit/bounded-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'headroom-bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: number): string {
  const path = join(folder, `${bytes}`);
  writeFileSync(path, 'x'.repeat(bytes));
  return path;
}

describe.each([
  ['readBoundedFile()', readBoundedFile],
  ['readBoundedFileSync()', async (path: string, max: number) => readBoundedFileSync(path, max).toString()],
])('%s', (_name, read) => {
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

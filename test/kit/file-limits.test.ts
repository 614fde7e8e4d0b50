import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { FILE_LIMITS } from '../../src/kit/file-limits.ts';

test('FILE_LIMITS are those of docs/configuration.md', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const section = /## Sizes of files\n([\s\S]*?)\n## /.exec(page)?.[1] ?? '';
  const documented = [...section.matchAll(/^\| .* \| (\d+) (KiB|MiB) \|$/gm)].map(([, count, unit]) => {
    return Number(count) * (unit === 'MiB' ? 1_048_576 : 1_024);
  });
  expect(new Set(documented)).toEqual(new Set(Object.values(FILE_LIMITS)));
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folders = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, 'scripts')),
);

test.each(folders)('a test plays the scripts of %s/', (folder) => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  expect(tests.some((text) => text.includes(`'${folder}/scripts'`))).toBe(true);
  expect(readdirSync(join(import.meta.dirname, folder, 'scripts'))).not.toEqual([]);
});

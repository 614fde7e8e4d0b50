import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const LINES = new Map(FILES.map((file) => [file, readLines(file)]));

/** Lines of a file of src/, without the empty one after its last line break. */
function readLines(file: string): string[] {
  return readFileSync(join(SRC, file), 'utf8').trimEnd().split('\n');
}

function sizeOf(file: string): number {
  return LINES.get(file)?.length ?? 0;
}

function moduleOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '.') : '.';
}

describe('sizes of the files of src/', () => {
  const sizes = FILES.map(sizeOf).sort((a, b) => a - b);

  test('at most 545 files besides those of spending, of 85 to 115 lines on average', () => {
    const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(FILES.filter((file) => !/\b(spending|usage)\b/.test(file)).length).toBeLessThanOrEqual(545);
    expect(average).toBeGreaterThanOrEqual(85);
    expect(average).toBeLessThanOrEqual(115);
  });

  test('the 95th percentile is at most 220 lines, the maximum 350', () => {
    expect(sizes[Math.ceil(sizes.length * 0.95) - 1]).toBeLessThanOrEqual(220);
    expect(FILES.filter((file) => sizeOf(file) > 350)).toEqual([]);
  });

  test('a folder has at most 28 files directly in it', () => {
    const folders = [...new Set(FILES.map(dirname))];
    const large = folders.filter((folder) => FILES.filter((file) => dirname(file) === folder).length > 28);
    expect(large).toEqual([]);
  });
});

test('no files import each other in a circle', () => {
  const imports = new Map(FILES.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
  expect(circles).toEqual([]);
});

/** Files of src/ that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = (LINES.get(file) ?? []).join('\n');
  return [...text.matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)]
    .map((match) => normalize(join(dirname(file), match[1] ?? match[2] ?? '')))
    .filter((target) => LINES.has(target));
}

test('no six consecutive lines stand in two modules', () => {
  const RUN = 6;
  const first = new Map<string, string>();
  const copies = new Set<string>();
  for (const file of FILES) {
    const lines = (LINES.get(file) ?? []).map((line) => line.trim()).filter((line) => line !== '');
    for (let start = 0; start + RUN <= lines.length; start += 1) {
      const run = lines.slice(start, start + RUN).join('\n');
      const earlier = first.get(run);
      if (earlier === undefined) first.set(run, file);
      else if (moduleOf(earlier) !== moduleOf(file)) copies.add(`${earlier} and ${file}: ${run}`);
    }
  }
  expect([...copies]).toEqual([]);
});

test('comments and texts of src/ name the user, the operator or the receiver, not "somebody"', () => {
  const vague = /\b(?:nobody|somebody|whoever|everybody|anybody|anyone|everyone|someone|the one who)\b/gi;
  const found = FILES.flatMap((file) =>
    (LINES.get(file) ?? []).flatMap((line) => [...line.matchAll(vague)].map(([word]) => `${file}: ${word}`)),
  );
  expect(found.length, found.join('\n')).toBeLessThanOrEqual(15);
});

describe('ARCHITECTURE.md', () => {
  const page = readFileSync(resolve(SRC, '../ARCHITECTURE.md'), 'utf8');
  const sectionOf = (title: string): string => page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

  test('the path of one number has at most 28 files, which exist', () => {
    const files = [...sectionOf('The path of one number').matchAll(/^\| \d+ \| `src\/(\S+)` /gm)].map(
      ([, file = '']) => file,
    );
    expect(files.length).toBeGreaterThan(20);
    expect(files.length).toBeLessThanOrEqual(28);
    expect(files.filter((file) => !LINES.has(file))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });

  test('the glossary has at most 25 terms', () => {
    const terms = sectionOf('Glossary').match(/^\| (?!term |---)/gm) ?? [];
    expect(terms.length).toBeGreaterThan(15);
    expect(terms.length).toBeLessThanOrEqual(25);
  });

  test('a row for each module', () => {
    const modules = [...new Set(FILES.map(moduleOf))].filter((module) => module !== '.');
    expect(modules.filter((module) => !sectionOf('Modules').includes(`| \`${module}/\` |`))).toEqual([]);
  });
});

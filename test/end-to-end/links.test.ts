import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, DOCUMENTS, linksOf, PROJECT } from './markdown.ts';

const ELSEWHERE = /^(?:[a-z][a-z+.-]*:|\/\/)/i;
/** Folders of the project that documents speak of; what is made by a build is not there yet. */
const FOLDERS = /^(?:\.ci|\.github|bench|deploy|docs|grafana|public|scenarios|scripts|src|test|views)\//;

test('linksOf() and anchorsOf() find what GitHub would', () => {
  const text =
    '# A `GET /b/:c` (d)\n## Same\n## Same\n[x](y.md#z "t") ![p](i.png) <img src="q.png"> `[no](no)`';
  const file = { path: 'a.md', text };
  expect([...anchorsOf(file)]).toEqual(['a-get-bc-d', 'same', 'same-1']);
  expect(linksOf(file)).toEqual(['y.md#z', 'i.png', 'q.png']);
});

describe.each(DOCUMENTS)('$path', (file) => {
  test('leads to nothing that is not there', () => {
    const dead = linksOf(file).filter((link) => {
      if (ELSEWHERE.test(link)) return false;
      const [target = '', anchor] = link.split('#');
      const path = target === '' ? file.path : normalize(join(file.path, '..', decodeURIComponent(target)));
      if (path.startsWith('..') || !existsSync(join(PROJECT, path))) return true;
      if (anchor === undefined) return false;
      const document = DOCUMENTS.find((one) => one.path === path);
      return document !== undefined && !anchorsOf(document).has(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('names no file of the project that is not there', () => {
    const named = [...file.text.matchAll(/`([^`\s]+)`/g)].map(([, path = '']) => path);
    const missing = named.filter(
      (path) => FOLDERS.test(path) && !/[*<{…]|[A-Z]{2}/.test(path) && !existsSync(join(PROJECT, path)),
    );
    expect(missing).toEqual([]);
  });
});

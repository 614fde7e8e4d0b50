import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CHART_LIBRARY, loadAssets } from '../../src/web/assets.ts';
import { makeFolder } from './certificates.ts';

const PUBLIC = new URL('../../public', import.meta.url).pathname;

test('the chart library is one file for browsers, by a hashed name that its importer uses', () => {
  const assets = loadAssets(PUBLIC, CHART_LIBRARY);
  const name = assets.nameOf('chart-library.js');
  expect(name).toMatch(/^chart-library\.[0-9a-f]{12}\.js$/);
  const library = assets.find(name)?.body.toString() ?? '';
  expect(library).toContain('Chart.js v4');
  expect(library).not.toMatch(/\bimport\s*["'{*]/);
  expect(assets.find(assets.nameOf('chart.js'))?.body.toString()).toContain(`import './${name}';`);
  expect(assets.importsOf('chart.js')).toContain('chart-library.js');
});

function folderWith(files: Record<string, string>): string {
  const folder = makeFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('loadAssets()', () => {
  test('names a file after its content', () => {
    const one = loadAssets(folderWith({ 'page.css': 'a {}' })).nameOf('page.css');
    expect(one).toMatch(/^page\.[0-9a-f]{12}\.css$/);
    expect(loadAssets(folderWith({ 'page.css': 'a {}' })).nameOf('page.css')).toBe(one);
    expect(loadAssets(folderWith({ 'page.css': 'b {}' })).nameOf('page.css')).not.toBe(one);
  });

  test('finds an asset by its hashed name only', () => {
    const assets = loadAssets(folderWith({ 'live.js': '1;' }));
    expect(assets.find(assets.nameOf('live.js'))?.type).toBe('text/javascript; charset=utf-8');
    expect(assets.find('live.js')).toBeUndefined();
  });

  test('leaves files of other kinds alone', () => {
    const assets = loadAssets(folderWith({ 'notes.txt': 'x', '.hidden': 'x' }));
    expect(() => assets.nameOf('notes.txt')).toThrow(RangeError);
  });

  test('compresses once, to the same content', () => {
    const assets = loadAssets(folderWith({ 'page.css': 'a { color: red }' }));
    const asset = assets.find(assets.nameOf('page.css'));
    if (!asset) throw new Error('The asset is missing');
    expect(gunzipSync(asset.compressed('gzip'))).toEqual(asset.body);
    expect(brotliDecompressSync(asset.compressed('br'))).toEqual(asset.body);
    expect(asset.compressed('br')).toBe(asset.compressed('br'));
  });

  test('names in modules what they import, so that both change together', () => {
    const load = (text: string) =>
      loadAssets(
        folderWith({ 'a.js': "import { b } from './b.js';", 'b.js': "import './c.js';", 'c.js': text }),
      );
    const assets = load('1;');
    const text = assets.find(assets.nameOf('a.js'))?.body.toString();
    expect(text).toBe(`import { b } from './${assets.nameOf('b.js')}';`);
    expect(assets.importsOf('a.js')).toEqual(['b.js', 'c.js']);
    expect(load('2;').nameOf('a.js')).not.toBe(assets.nameOf('a.js'));
  });

  test.each([
    ['itself', { 'a.js': "import './b.js';", 'b.js': "import './a.js';" }],
    ['what is not there', { 'a.js': "import './b.js';" }],
  ])('refuses a module that imports %s', (_, files) => {
    expect(() => loadAssets(folderWith(files))).toThrow(RangeError);
  });
});

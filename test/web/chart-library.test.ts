import { expect, test } from 'vitest';
import { loadAssets } from '../../src/web/assets.ts';
import { CHART_LIBRARY } from '../../src/web/chart-library.ts';

const PUBLIC = new URL('../../public', import.meta.url).pathname;

test('the chart library is one file for browsers, by a hashed name that its importer knows', () => {
  const assets = loadAssets(PUBLIC, CHART_LIBRARY);
  const name = assets.nameOf('chart-library.js');
  expect(name).toMatch(/^chart-library\.[0-9a-f]{12}\.js$/);
  const library = assets.find(name)?.body.toString() ?? '';
  expect(library).toContain('Chart.js v4');
  expect(library).not.toMatch(/\bimport\s*["'{*]/);
  expect(assets.find(assets.nameOf('chart.js'))?.body.toString()).toContain(`import './${name}';`);
  expect(assets.importsOf('chart.js')).toContain('chart-library.js');
});

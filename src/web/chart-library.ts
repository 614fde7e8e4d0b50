import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Chart.js as one file for browsers, by the name that modules of public/ import it by. Its package does not export this
 * file by name, so that it is found beside the one that it does.
 */
export const CHART_LIBRARY: Readonly<Record<string, string>> = {
  'chart-library.js': join(dirname(createRequire(import.meta.url).resolve('chart.js')), 'chart.umd.min.js'),
};

/** Lists the skipped tests of each file of vitest's JSON results: `node list-skipped.mjs RESULTS.json...` */
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

for (const path of process.argv.slice(2)) {
  const { numTotalTests, numPassedTests, testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const skipped = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'pending' || status === 'skipped' || status === 'todo')
      .map(({ fullName }) => `  ${relative(process.cwd(), name)}: ${fullName.trim()}`),
  );
  const counts = `${numPassedTests} of ${numTotalTests} tests passed, ${skipped.length} skipped`;
  process.stdout.write(`${[`${basename(path, '.json')}: ${counts}`, ...skipped].join('\n')}\n`);
}

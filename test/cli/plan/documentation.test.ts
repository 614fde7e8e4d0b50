import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLAN_FLAGS } from '../../../src/cli/plan/plan-flags.ts';
import { COUNTING_MODELS, RUNTIMES } from '../../../src/domain/pull-cost/counting-model.ts';
import { run } from '../run-program.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/plan.md'), 'utf8');
const EXAMPLE = join(import.meta.dirname, '../../../docs/examples/six-clusters/job.yml');

test('docs/plan.md has every flag in its table', () => {
  const table = DOCUMENT.split('\n## All flags\n')[1]?.split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/`--([\w.-]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(PLAN_FLAGS).toSorted());
});

test.each([...RUNTIMES, ...COUNTING_MODELS])('docs/plan.md explains %s', (name) => {
  expect(DOCUMENT).toContain(`\`${name}\``);
});

test('docs/plan.md has every key of the JSON, and of an image', async () => {
  const { stdout } = await run(['plan', EXAMPLE, '--remaining=1', '--output=json']);
  const report = JSON.parse(stdout);
  const section = DOCUMENT.split('\n## JSON\n')[1]?.split('\n## ')[0] ?? '';
  for (const key of [
    ...Object.keys(report),
    ...Object.keys(report.images[0]),
    ...Object.keys(report.bucket),
  ]) {
    expect(section).toContain(`\`${key}\``);
  }
});

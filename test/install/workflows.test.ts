import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { output, PROJECT } from './manifests.ts';

const SCRIPTS = ['.ci/run', '.ci/tools.sh', 'deploy/github/action.sh'];

describeWithProgram(['actionlint', 'shellcheck'], 'actionlint', () => {
  const workflows = readdirSync(join(PROJECT, '.github/workflows')).map(
    (name) => `.github/workflows/${name}`,
  );

  // It passes the scripts of the steps to shellcheck, and checks the inputs of local actions.
  test.each(workflows)('finds nothing in %s', (path) => {
    expect(output('actionlint', path)).toBe('');
  });
});

describeWithProgram('shellcheck', 'shellcheck', () => {
  test.each(SCRIPTS)('finds nothing in %s', (path) => {
    expect(output('shellcheck', '--shell=bash', '--external-sources', path)).toBe('');
  });
});

test('every version of .ci/run is pinned', () => {
  const calls = [...readFileSync(join(PROJECT, '.ci/run'), 'utf8').matchAll(/^.*\bprovide (\w+) (.*)$/gm)];
  expect(calls.length).toBeGreaterThan(5);
  for (const [, name, version] of calls)
    expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

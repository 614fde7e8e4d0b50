import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import { createProcessMetrics } from '../../src/metrics/process-metrics.ts';
import { describeWithProgram } from '../requires-program.ts';
import { createExposer, SCRAPES, textOf } from './exposer.ts';
import { STATES } from './states.ts';

interface PromtoolCase {
  readonly name: string;
  readonly states: readonly CredentialState[];
}

const CASES: readonly PromtoolCase[] = [
  ...Object.entries(STATES).map(([name, state]) => ({ name, states: [state] })),
  { name: 'nothing configured', states: [] },
  { name: 'everything', states: Object.values(STATES) },
];

describeWithProgram('promtool', 'promtool check metrics', () => {
  const processMetrics = createProcessMetrics({ monotonicMs: () => performance.now() });

  test.each(CASES)('expose() is clean for $name', async ({ states }) => {
    const { metrics } = createExposer(states, { processMetrics });
    expect(check(textOf(await metrics.expose(SCRAPES.text)))).toEqual({ code: 0, complaints: '' });
  });

  test.each(CASES.filter(({ states }) => states.length === 1))(
    'exposeProbe() is clean for $name',
    async ({ states: [state = STATES.waiting] }) => {
      const { metrics } = createExposer([]);
      const report = { successful: true, durationMs: 1, state };
      expect(check(textOf(await metrics.exposeProbe(SCRAPES.text, report)))).toEqual({
        code: 0,
        complaints: '',
      });
    },
  );

  test('expose() is valid with compatibility names, except for the known fault of the original names', async () => {
    const world = createExposer(Object.values(STATES), { processMetrics });
    world.compatibility = ['viadee', 'gitlab', 'jadolg', 'tcaty'];

    const { complaints } = check(textOf(await world.metrics.expose(SCRAPES.text)));

    const others = complaints
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('non-counter metrics should not have "_total" suffix'));
    expect(others).toEqual([]);
    expect(complaints).toContain('dockerhub_pull_limit_total');
  });

  test('check() finds a fault', () => {
    expect(check('# TYPE a_total gauge\na_total 1\n')).toMatchObject({ code: 3 });
  });
});

function check(exposition: string): { code: number | null; complaints: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: exposition });
  return { code: status, complaints: `${stdout}${stderr}` };
}

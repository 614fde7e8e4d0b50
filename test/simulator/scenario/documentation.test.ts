import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listScenarios, loadScenario } from '../../../src/simulator/scenario/load-scenario.ts';
import { parseScenario } from '../../../src/simulator/scenario/parse-scenario.ts';
import { playVirtual } from '../../../src/simulator/scenario/play-scenario.ts';
import { SCENARIO_MAPS } from '../../../src/simulator/scenario/schema.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/scenarios.md'), 'utf8');

/** The cells of the table under a heading, without the head. */
function tableUnder(heading: string): string[][] {
  const section = DOCUMENT.split(`\n${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/scenarios.md', () => {
  test.each(Object.entries(SCENARIO_MAPS))('has every key of %j, and whether it is needed', (map, schema) => {
    const rows = tableUnder(map === '' ? '### The scenario' : `### \`${map}\``);
    expect(rows.map(([key]) => key)).toEqual(Object.keys(schema.shape).map((key) => `\`${key}\``));
    for (const [key = '', , without] of rows) {
      const field = Reflect.get(schema.shape, key.replaceAll('`', ''));
      expect([key, without === 'needed']).toEqual([
        key,
        !field.safeParse(undefined).success && !isOptional(field),
      ]);
    }
  });

  test('has every scenario that comes with Headroom', async () => {
    const names = (await listScenarios()).map(({ name }) => `\`${name}\``);
    expect(tableUnder('## What comes with Headroom').map(([name]) => name)).toEqual(names);
  });

  test('shows a file that can be played', async () => {
    const [, example = ''] = /```yaml\n([\s\S]+?)```/.exec(DOCUMENT) ?? [];
    const { teams, rollouts } = playVirtual(await parseScenario(example, 'example.yml'));
    expect(teams.map(({ pulled }) => pulled > 0)).toEqual([true, true]);
    expect(rollouts[0]?.completedAt).toBeDefined();
  });

  test('shows the messages for a wrong file', async () => {
    const [, example = ''] = /```yaml\n([\s\S]+?)```/.exec(DOCUMENT) ?? [];
    const [, expected = ''] = /```text\n([\s\S]+?)\n```/.exec(DOCUMENT) ?? [];
    const wrong = example.replace('speed: 60', 'speed: fast').replace('account: acmeci', 'account: acmci');
    await expect(parseScenario(wrong, 'my-rush.yml')).rejects.toMatchObject({ message: expected });
  });

  test('has the arithmetic right', async () => {
    const scenario = await loadScenario('six-clusters');
    const spent = (
      runtime: 'containerd' | 'cri-o',
      counting: 'per-architecture' | 'two-gets' | 'per-get',
    ) => {
      const teams = scenario.teams.map((team) => ({ ...team, runtime }));
      const limits = { anonymous: 1_000, counting };
      return playVirtual({ ...scenario, teams, limits }).teams.map(({ pulls }) => String(pulls));
    };
    const expected = (['per-architecture', 'two-gets', 'per-get'] as const).map((counting) => {
      const [direct, cached] = spent('cri-o', counting);
      return [direct, spent('containerd', counting)[0], cached];
    });
    expect(tableUnder('## The arithmetic of `six-clusters`').map(([, ...numbers]) => numbers)).toEqual(
      expected,
    );
  });
});

/** Whether a key may be left out, although nothing is not allowed in its place. */
function isOptional(field: { def?: { type?: string } }): boolean {
  return field.def?.type === 'optional';
}

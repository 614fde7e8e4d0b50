import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  listScenarios,
  loadScenario,
  SHIPPED_SCENARIOS,
} from '../../../src/simulator/scenario/load-scenario.ts';

const TEXT = 'title: A test\nstart: 2026-11-23\nduration: 1d\nteams: [{ name: a, images: [alpine] }]\n';

function missingFile(code: string): () => Promise<string> {
  return () => Promise.reject(Object.assign(new Error(`${code}: secret path`), { code }));
}

describe('loadScenario()', () => {
  test('reads a file by its path', async () => {
    const asked: string[] = [];
    const readFile = async (path: string) => {
      asked.push(path);
      return TEXT;
    };
    expect(await loadScenario('mine/rush.yml', { readFile })).toMatchObject({ title: 'A test' });
    expect(asked).toEqual(['mine/rush.yml']);
  });

  test('names the file in its problems', async () => {
    await expect(loadScenario('rush.yml', { readFile: async () => `${TEXT}sped: 1` })).rejects.toThrow(
      '  rush.yml:5:1: sped: Unknown key',
    );
  });

  test.each([
    ['ENOENT', 'There is no such file'],
    ['EACCES', 'The file cannot be read (EACCES)'],
  ])('states what is wrong with a file (%s)', async (code, message) => {
    await expect(loadScenario('rush', { readFile: missingFile(code) })).rejects.toThrow(
      `The scenario has 1 problem:\n  rush: ${message}. Allowed: the path of a scenario file, or one of six-clusters, `,
    );
  });
});

describe('listScenarios()', () => {
  test('has every file of scenarios/, and each can be played', async () => {
    const folder = join(import.meta.dirname, '../../../scenarios');
    const files = readdirSync(folder).map((file) => file.replace(/\.yml$/, ''));
    const scenarios = await listScenarios();
    expect(scenarios.map(({ name }) => name)).toEqual(SHIPPED_SCENARIOS);
    expect(files.toSorted()).toEqual(SHIPPED_SCENARIOS.toSorted());
    expect(scenarios.every(({ title }) => title.length > 10)).toBe(true);
  });
});

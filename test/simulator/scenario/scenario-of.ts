import { parseScenario } from '../../../src/simulator/scenario/parse-scenario.ts';
import { ScenarioError } from '../../../src/simulator/scenario/problem.ts';
import type { Scenario } from '../../../src/simulator/scenario/scenario.ts';

/** The least that a scenario needs beside its teams. */
export const HEAD = ['title: A test', 'start: 2026-11-23T00:00', 'duration: 1d'];
/** The least that a team needs. */
export const TEAM = ['teams:', '  - { name: a, images: [alpine] }'];

/** A scenario of these lines of YAML. */
export function scenarioOf(...lines: string[]): Promise<Scenario> {
  return parseScenario(lines.join('\n'), 'test.yml');
}

/** The problems of a file, as they are printed. */
export async function problemsOf(...lines: string[]): Promise<string[]> {
  try {
    await scenarioOf(...lines);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

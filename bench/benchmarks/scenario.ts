import { resolve } from 'node:path';
import { loadScenario } from '../../src/simulator/scenario/load-scenario.ts';
import { playVirtual } from '../../src/simulator/scenario/play-scenario.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { observe } from '../measure/finding.ts';

const RUNS = 5;
const BOUND_SECONDS = 10;
/** As the package has it; `npm run` always runs in its root. */
const OFFICE_WEEK = resolve('scenarios/office-week.yml');

/** How fast a week passes on the virtual clock. */
export const scenario: Benchmark = {
  name: 'scenario',
  about: 'A week of the office scenario on the virtual clock, from reading its file to its summary.',
  async run() {
    const seconds: number[] = [];
    while (seconds.length < RUNS) {
      const startedAt = performance.now();
      playVirtual(await loadScenario(OFFICE_WEEK));
      seconds.push((performance.now() - startedAt) / 1_000);
    }
    return [observe('a week of the office scenario', 's', seconds, BOUND_SECONDS)];
  },
};

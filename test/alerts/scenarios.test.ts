import { describe, expect, test } from 'vitest';
import { loadScenario, SHIPPED_SCENARIOS } from '../../src/simulator/scenario/load-scenario.ts';
import type { Scenario } from '../../src/simulator/scenario/scenario.ts';
import { foreseeRecording } from './replay/foresee-recording.ts';
import { recordScenario } from './replay/record-scenario.ts';
import { replay } from './replay/replay.ts';
import { transcribe } from './replay/transcript.ts';

/** Foreseeing costs milliseconds each time, and these are hours. */
const FORESEEN_EVERY_MS = 3 * 60_000;
/** It has a file of its own: its forecasts take seconds. */
const WEEK = 'office-week';

describe('the messages of a scenario are those that a person would send', () => {
  test.each(SHIPPED_SCENARIOS.filter((name) => name !== WEEK))('%s', async (name) => {
    await expectGolden(name, await loadScenario(name));
  });

  test.each(['quirks', 'storm'])('%s, a scenario of these tests', async (name) => {
    await expectGolden(name, await loadScenario(`${import.meta.dirname}/scenarios/${name}.yml`));
  });
});

async function expectGolden(name: string, scenario: Scenario): Promise<void> {
  const recording = recordScenario(scenario);
  const delivered = replay(recording, foreseeRecording(recording, FORESEEN_EVERY_MS), { slowness: 2 });
  await expect(transcribe(scenario.title, delivered)).toMatchFileSnapshot(`golden/${name}.golden.txt`);
}

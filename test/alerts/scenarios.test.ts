import { describe, expect, test } from 'vitest';
import { loadScenario, SHIPPED_SCENARIOS } from '../../src/simulator/scenario/load-scenario.ts';
import { type Foresight, foreseeRecording } from './replay/foresee-recording.ts';
import { type Recording, recordScenario } from './replay/record-scenario.ts';
import { type ReplayOptions, replay } from './replay/replay.ts';
import { transcribe } from './replay/transcript.ts';

const MINUTE_MS = 60_000;
const WEEK = 'office-week';

async function expectGolden(
  name: string,
  recording: Recording,
  foresight: Foresight,
  options: ReplayOptions,
) {
  const text = transcribe(recording.scenario.title, replay(recording, foresight, options));
  await expect(text).toMatchFileSnapshot(`golden/${name}.golden.txt`);
}

describe('the messages of a scenario are those that a person would send', () => {
  test.each(SHIPPED_SCENARIOS.filter((name) => name !== WEEK))('%s', async (name) => {
    const recording = recordScenario(await loadScenario(name));
    await expectGolden(name, recording, foreseeRecording(recording, MINUTE_MS), {});
  });

  test('office-week, probed every other minute', async () => {
    const recording = recordScenario(await loadScenario(WEEK), 2 * MINUTE_MS);
    await expectGolden(WEEK, recording, foreseeRecording(recording, 10 * MINUTE_MS), { slowness: 6 });
  });
});

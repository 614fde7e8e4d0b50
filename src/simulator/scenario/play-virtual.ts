import type { Clock } from '../../kit/clock.ts';
import { seededRandom } from '../../kit/seeded-random.ts';
import { createSimulatedHub } from '../simulated-hub.ts';
import { createPerformance } from './performance.ts';
import type { Scenario } from './scenario.ts';
import type { Step } from './step.ts';
import type { ScenarioSummary } from './summary.ts';

/**
 * Plays a scenario from beginning to end at once, on a hub of its own whose clock jumps from event to event. The same
 * scenario always comes to the same.
 * @param onStep hears of everything as it happens
 */
export function playVirtual(
  scenario: Scenario,
  onStep: (step: Step) => void = () => undefined,
): ScenarioSummary {
  let now = scenario.startAt;
  const clock: Clock = { now: () => now, monotonicMs: () => now };
  // Nobody asks for this ledger: the steps say what happened.
  const hub = createSimulatedHub({ clock, random: seededRandom(scenario.seed), ledgerCapacity: 1 });
  const performance = createPerformance(scenario, hub, clock.now);
  for (let at = performance.nextAt; at !== undefined; at = performance.nextAt) {
    now = at;
    const step = performance.performNext();
    if (step) onStep(step);
  }
  return performance.summary(scenario.endAt);
}

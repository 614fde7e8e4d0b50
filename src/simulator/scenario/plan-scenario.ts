import { seededRandom } from '../../kit/seeded-random.ts';
import { planRollout } from './plan-rollout.ts';
import { planBursts, planTraffic } from './plan-traffic.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioEvent } from './scenario-event.ts';
import { createZone } from './zone.ts';

/** Odd and far from 0, so that neighbouring seeds and lines get numbers that have nothing to do with each other. */
const SEED_STRIDE = 0x9e37_79b1;

/**
 * Everything that happens in a scenario, in order of time, computed as it is asked for. The same scenario always gives
 * the same events. At the same moment the hub changes first, then teams pull in the order of the file.
 */
export function planScenario(scenario: Scenario): Generator<ScenarioEvent, void> {
  const { startAt, endAt, seed } = scenario;
  const zone = createZone(scenario.timeZone);
  let lines = 0;
  /** Every line has random numbers of its own: changing one leaves the others as they are. */
  const span = () => ({ startAt, endAt, zone, random: seededRandom(seed + SEED_STRIDE * ++lines) });
  const pulls = scenario.teams.flatMap((team) => [
    planTraffic(team, span()),
    ...team.bursts.map((_, index) => planBursts(team, index, span())),
    ...team.rollouts.map((rollout) => planRollout(team, rollout)),
  ]);
  return mergeByTime([planHub(scenario), ...pulls], endAt);
}

/** What becomes of the hub; few events, so they are simply sorted. */
function* planHub({ faults, changes }: Scenario): Generator<ScenarioEvent, void> {
  const events: ScenarioEvent[] = [
    ...changes.map((change) => ({ kind: 'change' as const, at: change.at, change })),
    ...faults.map((fault) => ({ kind: 'fault-begins' as const, at: fault.at, fault })),
    ...faults.map((fault) => ({ kind: 'fault-ends' as const, at: fault.endAt, fault })),
  ];
  yield* events.sort((a, b) => a.at - b.at);
}

/** Merges events that are each in order, up to before `endAt`. */
function* mergeByTime(
  sources: readonly Generator<ScenarioEvent, void>[],
  endAt: number,
): Generator<ScenarioEvent, void> {
  const heads = sources.map((source) => ({ source, event: nextOf(source) }));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.event && (!first?.event || head.event.at < first.event.at)) first = head;
    }
    if (!first?.event || first.event.at >= endAt) return;
    yield first.event;
    first.event = nextOf(first.source);
  }
}

function nextOf(source: Generator<ScenarioEvent, void>): ScenarioEvent | undefined {
  return source.next().value ?? undefined;
}

import { describe, expect, test } from 'vitest';
import { createStageClock, playLive } from '../../../src/simulator/scenario/play-live.ts';
import { playVirtual } from '../../../src/simulator/scenario/play-virtual.ts';
import type { Scenario } from '../../../src/simulator/scenario/scenario.ts';
import type { Step } from '../../../src/simulator/scenario/step.ts';
import { createSimulatedHub } from '../../../src/simulator/simulated-hub.ts';
import { createTestTimers, testClock } from '../fakes.ts';
import { HEAD, scenarioOf } from './scenario-of.ts';

const HOUR_MS = 3_600_000;

/** A scenario under way, with time that moves when it is told to. */
function play(scenario: Scenario, speed = 1, onStep?: (step: Step) => void) {
  const realClock = testClock('2030-01-01T00:00:00Z');
  const timers = createTestTimers(realClock);
  const clock = createStageClock(realClock, scenario, speed);
  const hub = createSimulatedHub({ clock, random: () => 0.5 });
  const steps: Step[] = [];
  const live = playLive(scenario, hub, {
    timers,
    clock,
    speed,
    onStep: (step) => {
      steps.push(step);
      onStep?.(step);
    },
  });
  return { ...live, realClock, timers, hub, clock, steps };
}

function busyDay(): Promise<Scenario> {
  return scenarioOf(
    ...HEAD,
    'teams:',
    '  - name: a',
    '    images: [alpine, redis]',
    '    traffic: [{ per_hour: 60 }]',
    '    rollouts: [{ at: 5h, pods: 20 }]',
    'faults: [{ fault: unavailable, at: 3h, for: 30m }]',
    'changes: [{ at: 12h, limits: { anonymous: 200 } }]',
  );
}

describe('playLive()', () => {
  test.each([1, 60, 1_000])('does at speed %d what playVirtual() does', async (speed) => {
    const scenario = await busyDay();
    const { timers, finished, steps } = play(scenario, speed);
    timers.advance((24 * HOUR_MS) / speed + 1);
    const virtual: Step[] = [];
    const summary = playVirtual(scenario, (step) => virtual.push(step));
    expect(steps).toHaveLength(virtual.length);
    expect(steps.map(({ kind }) => kind)).toEqual(virtual.map(({ kind }) => kind));
    expect((await finished).teams[0]?.pulled).toBe(summary.teams[0]?.pulled);
    expect(timers.pending()).toBe(0);
  });

  test('lets each event happen when the scenario has come to it, and no earlier', async () => {
    const scenario = await scenarioOf(
      ...HEAD,
      'teams: [{ name: a, images: [acme/tool], rollouts: [{ at: 2h }] }]',
    );
    const { timers, hub, steps } = play(scenario, 60);
    timers.advance(120_000 - 1);
    expect(steps).toEqual([]);
    timers.advance(1);
    expect(steps).toMatchObject([{ kind: 'pull', at: scenario.startAt + 2 * HOUR_MS, remaining: 99 }]);
    expect(hub.control.ledger().at(-1)).toMatchObject({ at: scenario.startAt + 2 * HOUR_MS, pulls: 1 });
  });

  test('catches up after the machine was asleep', async () => {
    const scenario = await busyDay();
    const { timers, realClock, steps } = play(scenario);
    realClock.advance(10 * HOUR_MS);
    timers.advance(60_000);
    expect(steps.length).toBeGreaterThan(500);
    expect(steps.every(({ at }) => at <= scenario.startAt + 10 * HOUR_MS + 60_000)).toBe(true);
  });

  test('stops at once, and says what was so far', async () => {
    const scenario = await busyDay();
    const live = play(scenario);
    live.timers.advance(HOUR_MS);
    live.stop();
    const before = live.steps.length;
    live.timers.advance(HOUR_MS);
    expect(live.steps).toHaveLength(before);
    expect(live.timers.pending()).toBe(0);
    expect(await live.finished).toMatchObject({ playedUntil: scenario.startAt + HOUR_MS });
  });

  test('can be stopped from within a step', async () => {
    const scenario = await busyDay();
    const live = play(scenario, 1, () => live.stop());
    live.timers.advance(24 * HOUR_MS);
    expect(live.steps).toHaveLength(1);
    expect(live.timers.pending()).toBe(0);
  });
});

test('createStageClock() shows the time of the scenario at its speed', async () => {
  const scenario = await scenarioOf(...HEAD, 'speed: 10', 'teams: [{ name: a, images: [alpine] }]');
  const realClock = testClock('2030-01-01T00:00:00Z');
  const clock = createStageClock(realClock, scenario);
  expect(clock.now()).toBe(scenario.startAt);
  realClock.advance(6_000);
  expect(clock.now()).toBe(scenario.startAt + 60_000);
  expect(clock.monotonicMs()).toBe(60_000);
});

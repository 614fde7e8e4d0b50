import { describe, expect, test } from 'vitest';
import { COUNTING_MODELS } from '../../../src/simulator/metering/bucket.ts';
import { loadScenario } from '../../../src/simulator/scenario/load-scenario.ts';
import { createScenarioClock, playLive, playVirtual } from '../../../src/simulator/scenario/play-scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario/scenario.ts';
import type { PullStep, Step } from '../../../src/simulator/scenario/summary.ts';
import { createSimulatedHub } from '../../../src/simulator/simulated-hub.ts';
import { createTestTimers, testClock } from '../fakes.ts';
import { HEAD, scenarioOf } from './scenario-of.ts';

const HOUR_MS = 3_600_000;

/** What a scenario does, step by step. */
function stepsOf(scenario: Parameters<typeof playVirtual>[0]): Step[] {
  const steps: Step[] = [];
  playVirtual(scenario, (step) => steps.push(step));
  return steps;
}

function pullsOf(scenario: Parameters<typeof playVirtual>[0]): PullStep[] {
  return stepsOf(scenario).filter((step) => step.kind === 'pull');
}

describe('playVirtual() of six-clusters', () => {
  test('spends 108 pulls, and through a cache 2, by the way of counting of the documentation', async () => {
    const { teams, rollouts } = playVirtual(await loadScenario('six-clusters'));
    expect(teams).toMatchObject([
      { team: 'direct', pulled: 108, pulls: 108, failed: 0 },
      { team: 'cached', pulled: 108, pulls: 2, refused: 0, failed: 0 },
    ]);
    expect(rollouts.map(({ images, pulled }) => [images, pulled])).toEqual([
      [108, 108],
      [108, 108],
    ]);
  });

  test('has 100 images at once and the other eight a window later', async () => {
    const scenario = await loadScenario('six-clusters');
    const pulls = pullsOf(scenario).filter(({ team }) => team === 'direct');
    const inTime = pulls.filter(({ at, outcome }) => outcome === 'pulled' && at < scenario.startAt + HOUR_MS);
    expect(inTime).toHaveLength(100);
    expect(pulls.find(({ outcome }) => outcome === 'refused')).toMatchObject({ remaining: 0, pulls: 0 });
    const completedAt = playVirtual(scenario).rollouts[0]?.completedAt ?? 0;
    expect(completedAt).toBeGreaterThan(scenario.startAt + 6 * HOUR_MS);
    expect(completedAt).toBeLessThan(scenario.startAt + 6.5 * HOUR_MS);
  });

  /** What it spends with enough left, by each way of counting: an index and an image are 1, 2 halves or 2. */
  test.each([
    ['per-architecture', 108, 2],
    ['two-gets', 108, 2],
    ['per-get', 216, 4],
  ] as const)('counted %s, spends %d pulls, and through a cache %d', async (counting, direct, cached) => {
    expect(COUNTING_MODELS).toContain(counting);
    const scenario = await loadScenario('six-clusters');
    const { teams } = playVirtual({ ...scenario, limits: { anonymous: 1_000, counting } });
    expect(teams.map(({ pulls, refused }) => [pulls, refused])).toEqual([
      [direct, 0],
      [cached, 0],
    ]);
  });

  test('spends 72 with containerd, which stores an image by each of its names', async () => {
    const scenario = await loadScenario('six-clusters');
    const teams = scenario.teams.map((team) => ({ ...team, runtime: 'containerd' as const }));
    const { teams: rows } = playVirtual({ ...scenario, teams });
    expect(rows.map(({ pulls }) => pulls)).toEqual([72, 2]);
  });
});

describe('playVirtual() of what else comes with Headroom', () => {
  test('office-week: the builds are refused in the rush of Monday morning only', async () => {
    const scenario = await loadScenario('office-week');
    const { hours, teams } = playVirtual(scenario);
    const refused = hours.filter((row) => row.refused > 0);
    const rush = Date.parse('2026-11-23T08:00:00Z');
    expect(refused.length).toBeGreaterThan(0);
    for (const { at, team } of refused) {
      expect(team).toBe('builds');
      expect(Math.abs(at - rush)).toBeLessThanOrEqual(HOUR_MS);
    }
    expect(teams.find(({ team }) => team === 'platform')).toMatchObject({
      pulls: 0,
      leastRemaining: undefined,
    });
    expect(teams.find(({ team }) => team === 'clusters')).toMatchObject({ pulled: 288, pulls: 6 });
  });

  test('noisy-neighbour: the steady team is refused for what the other one spent', async () => {
    const { teams } = playVirtual(await loadScenario('noisy-neighbour'));
    const [ours, neighbour] = teams;
    expect(ours?.refused).toBeGreaterThan(5);
    expect((ours?.pulls ?? 0) / 12).toBeLessThan(40);
    expect(neighbour?.refused).toBeGreaterThan(0);
  });

  test('outage: fails while the faults last, and never behind the cache', async () => {
    const scenario = await loadScenario('outage');
    const failed = pullsOf(scenario).filter(({ outcome }) => outcome === 'failed');
    expect(failed.length).toBeGreaterThan(20);
    for (const { at, team } of failed) {
      expect(team).not.toBe('clusters');
      expect(scenario.faults.some((fault) => at >= fault.at && at < fault.endAt)).toBe(true);
    }
  });

  test('shorter-window: refuses before the change and not after', async () => {
    const scenario = await loadScenario('shorter-window');
    const changedAt = scenario.changes[0]?.at ?? 0;
    const refusedAt = pullsOf(scenario)
      .filter(({ outcome }) => outcome === 'refused')
      .map(({ at }) => at);
    expect(refusedAt.length).toBeGreaterThan(10);
    expect(Math.max(...refusedAt)).toBeLessThan(changedAt);
  });
});

describe('playVirtual()', () => {
  test('comes to the same every time', async () => {
    const scenario = await loadScenario('noisy-neighbour');
    expect(stepsOf(scenario)).toEqual(stepsOf(scenario));
    expect(playVirtual(scenario)).toEqual(playVirtual(scenario));
  });

  test('states what the hub has become', async () => {
    const steps = stepsOf(
      await scenarioOf(
        ...HEAD,
        'teams: [{ name: a, images: [alpine] }]',
        'changes: [{ at: 1h, limits: { anonymous: 10, window: 10m } }]',
        'faults: [{ fault: hang, at: 2h, for: 5m }]',
      ),
    );
    expect(steps.map((step) => step.kind === 'change' && step.text)).toEqual([
      'The profile is 2026: 10 pulls anonymous, 200 signed in, in 600 s',
      'The fault hang begins',
      'The fault hang ends',
    ]);
  });

  test('adds up by hour and team', async () => {
    const { hours, teams, startAt, playedUntil } = playVirtual(
      await scenarioOf(
        ...HEAD,
        'limits: { anonymous: 3 }',
        'teams:',
        '  - { name: a, images: [acme/tool], bursts: [{ time: "01:00", count: 2 }, { time: "03:30", count: 4 }] }',
        '  - { name: b, source: 10.0.0.1, images: [alpine] }',
      ),
    );
    const row = { team: 'a', failed: 0 };
    expect(hours).toEqual([
      { ...row, at: startAt + HOUR_MS, pulled: 2, refused: 0, pulls: 2, leastRemaining: 1 },
      { ...row, at: startAt + 3 * HOUR_MS, pulled: 3, refused: 1, pulls: 3, leastRemaining: 0 },
    ]);
    expect(teams).toEqual([
      { ...row, pulled: 5, refused: 1, pulls: 5, leastRemaining: 0 },
      { ...row, team: 'b', pulled: 0, refused: 0, pulls: 0, leastRemaining: undefined },
    ]);
    expect(playedUntil).toBe(startAt + 24 * HOUR_MS);
  });

  test('tries a rollout again as Kubernetes does: after 10 s, twice as long each time, at most 5 minutes', async () => {
    const scenario = await scenarioOf(
      ...HEAD,
      'teams: [{ name: a, images: [alpine], rollouts: [{ at: 1h }] }]',
      'faults: [{ fault: unavailable, at: 1h, for: 20m }]',
    );
    const pulls = pullsOf(scenario);
    const seconds = pulls.map(({ at }) => (at - scenario.startAt - HOUR_MS) / 1_000);
    expect(seconds).toEqual([0, 10, 30, 70, 150, 310, 610, 910, 1_210]);
    expect(pulls.map(({ outcome }) => outcome).slice(-2)).toEqual(['failed', 'pulled']);
    expect(playVirtual(scenario).rollouts).toEqual([
      {
        team: 'a',
        at: scenario.startAt + HOUR_MS,
        images: 1,
        pulled: 1,
        completedAt: scenario.startAt + HOUR_MS + 1_210_000,
      },
    ]);
  });

  test('leaves a rollout open that has not come to its end', async () => {
    const scenario = await scenarioOf(
      ...HEAD,
      'teams: [{ name: a, images: [alpine], rollouts: [{ at: 23h59m }] }]',
      'faults: [{ fault: unavailable, at: 0 }]',
    );
    expect(playVirtual(scenario).rollouts).toMatchObject([{ pulled: 0, completedAt: undefined }]);
  });

  test('finds what a node has in a later rollout of the same team', async () => {
    const { teams } = playVirtual(
      await scenarioOf(
        ...HEAD,
        'teams:',
        '  - name: a',
        '    images: [alpine]',
        '    rollouts: [{ at: 1h, nodes: 3, pods: 3 }, { at: 2h, nodes: 4, pods: 4 }]',
      ),
    );
    expect(teams).toMatchObject([{ pulled: 7, pulls: 8 }]);
  });
});

/** A running scenario, with time that only the test moves. */
function play(scenario: Scenario, speed = 1, onStep?: (step: Step) => void) {
  const realClock = testClock('2030-01-01T00:00:00Z');
  const timers = createTestTimers(realClock);
  const clock = createScenarioClock(realClock, scenario, speed);
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

  test('stops at once, and states what was so far', async () => {
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

test('createScenarioClock() shows the time of the scenario at its speed', async () => {
  const scenario = await scenarioOf(...HEAD, 'speed: 10', 'teams: [{ name: a, images: [alpine] }]');
  const realClock = testClock('2030-01-01T00:00:00Z');
  const clock = createScenarioClock(realClock, scenario);
  expect(clock.now()).toBe(scenario.startAt);
  realClock.advance(6_000);
  expect(clock.now()).toBe(scenario.startAt + 60_000);
  expect(clock.monotonicMs()).toBe(60_000);
});

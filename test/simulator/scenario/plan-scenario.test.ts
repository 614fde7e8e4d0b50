import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planScenario, rateAt } from '../../../src/simulator/scenario/plan-scenario.ts';
import type { PlannedPull, Scenario, Team } from '../../../src/simulator/scenario/scenario.ts';
import { createZone, parseDays, parseHours } from '../../../src/simulator/scenario/time.ts';
import { HEAD, scenarioOf } from './scenario-of.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const START_AT = Date.parse('2026-11-23T00:00:00Z');

const weekdays = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 });
const minute = fc.integer({ min: 0, max: 1_439 });
const team: fc.Arbitrary<Team> = fc.record({
  name: fc.constantFrom('a', 'b'),
  through: fc.constant({ source: '127.0.0.1' }),
  runtime: fc.constantFrom('containerd', 'cri-o'),
  images: fc.constant([{ repository: 'library/alpine', tag: 'latest' }]),
  traffic: fc.array(
    fc.record({
      perHour: fc.integer({ min: 0, max: 20 }),
      days: weekdays,
      hours: fc.record({ from: minute, to: minute }),
    }),
    { maxLength: 3 },
  ),
  bursts: fc.array(
    fc.record({
      days: weekdays,
      minute,
      count: fc.integer({ min: 1, max: 20 }),
      withinMs: fc.integer({ min: 0, max: 12 * HOUR_MS }),
    }),
    { maxLength: 3 },
  ),
  rollouts: fc.array(
    fc.record({
      at: fc.integer({ min: START_AT, max: START_AT + DAY_MS }),
      withinMs: fc.integer({ min: 0, max: DAY_MS }),
      clusters: fc.integer({ min: 1, max: 3 }),
      nodes: fc.integer({ min: 1, max: 3 }),
      pods: fc.integer({ min: 1, max: 3 }),
      images: fc.constant([{ repository: 'library/redis', tag: 'latest' }]),
      policy: fc.constantFrom('always', 'if-not-present'),
    }),
    { maxLength: 2 },
  ),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  title: fc.constant('Any'),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'),
  startAt: fc.constant(START_AT),
  endAt: fc.integer({ min: START_AT + HOUR_MS, max: START_AT + 3 * DAY_MS }),
  speed: fc.constant(1),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  profile: fc.constant('2026'),
  limits: fc.constant({}),
  accounts: fc.constant([]),
  caches: fc.constant([]),
  teams: fc.array(team, { minLength: 1, maxLength: 3 }),
  faults: fc.array(
    fc.record({
      fault: fc.constant('hang'),
      scope: fc.constant({}),
      at: fc.integer({ min: START_AT, max: START_AT + DAY_MS }),
      endAt: fc.integer({ min: START_AT + DAY_MS, max: START_AT + 4 * DAY_MS }),
    }),
    { maxLength: 2 },
  ),
  changes: fc.constant([{ at: START_AT + HOUR_MS, profile: 'paid' }]),
});

async function pullsOf(...lines: string[]): Promise<PlannedPull[]> {
  const events = [...planScenario(await scenarioOf(...lines))];
  return events.filter((event) => event.kind === 'pull');
}

describe('planScenario()', () => {
  test('is in order of time, and within the scenario', () => {
    fc.assert(
      fc.property(scenario, (any) => {
        let last = any.startAt;
        for (const { at } of planScenario(any)) {
          expect(at).toBeGreaterThanOrEqual(last);
          expect(at).toBeLessThan(any.endAt);
          last = at;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(scenario, (any) => {
        expect([...planScenario(any)]).toEqual([...planScenario(structuredClone(any))]);
      }),
      { numRuns: 30 },
    );
  });

  test('is another one for another seed', async () => {
    const lines = [...HEAD, 'teams:', '  - { name: a, images: [alpine], traffic: [{ per_hour: 5 }] }'];
    const one = await pullsOf(...lines, 'seed: 1');
    const two = await pullsOf(...lines, 'seed: 2');
    expect(one.map(({ at }) => at)).not.toEqual(two.map(({ at }) => at));
  });

  test('leaves a team as it is when the one before it changes its rate', async () => {
    const lines = (rate: number) => [
      ...HEAD,
      'teams:',
      `  - { name: a, images: [alpine], traffic: [{ per_hour: ${rate} }] }`,
      '  - { name: b, images: [alpine], traffic: [{ per_hour: 5 }] }',
    ];
    const ofB = (pulls: PlannedPull[]) => pulls.filter((pull) => pull.team.name === 'b').map(({ at }) => at);
    expect(ofB(await pullsOf(...lines(1)))).toEqual(ofB(await pullsOf(...lines(9))));
  });

  test('pulls about as often as the rate states, and only then', async () => {
    const pulls = await pullsOf(
      'title: A week',
      'time_zone: Europe/Berlin',
      'start: 2026-11-23T00:00',
      'duration: 7d',
      'teams:',
      '  - name: a',
      '    images: [alpine, redis]',
      '    traffic: [{ per_hour: 100, days: mon-fri, hours: 08:00-18:00 }]',
    );
    // 100 an hour for 50 hours; a Poisson count is within 5 standard deviations (353) but once in two million seeds.
    expect(Math.abs(pulls.length - 5_000)).toBeLessThan(353);
    const hours = new Set(pulls.map(({ at }) => new Date(at + HOUR_MS).getUTCHours()));
    expect([...hours].sort((a, b) => a - b)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(new Set(pulls.map(({ at }) => new Date(at).getUTCDay()))).toEqual(new Set([1, 2, 3, 4, 5]));
    const redis = pulls.filter(({ image }) => image.repository === 'library/redis').length;
    expect(redis / pulls.length).toBeCloseTo(0.5, 1);
  });

  test('bursts on the days that are named, at the time clocks show', async () => {
    const pulls = await pullsOf(
      'title: Over the end of summer time',
      'time_zone: Europe/Berlin',
      'start: 2026-10-24T00:00',
      'duration: 4d',
      'teams:',
      '  - { name: a, images: [alpine], bursts: [{ time: "09:00", days: sat-mon, count: 10, within: 30m }] }',
    );
    const beginnings = ['2026-10-24T07:00:00Z', '2026-10-25T08:00:00Z', '2026-10-26T08:00:00Z'];
    expect(pulls).toHaveLength(30);
    for (const [i, begin] of beginnings.entries()) {
      for (const { at } of pulls.slice(10 * i, 10 * i + 10)) {
        expect(at).toBeGreaterThanOrEqual(Date.parse(begin));
        expect(at).toBeLessThan(Date.parse(begin) + 1_800_000);
      }
    }
  });

  test('begins with the end of a burst of the evening before', async () => {
    const pulls = await pullsOf(
      ...HEAD,
      'teams:',
      '  - { name: a, images: [alpine], bursts: [{ time: "23:00", days: sun, count: 100, within: 2h }] }',
    );
    expect(pulls.length).toBeGreaterThan(20);
    expect(pulls.length).toBeLessThan(80);
    expect(pulls.at(-1)?.at).toBeLessThan(START_AT + HOUR_MS);
  });

  test('rolls out cluster by cluster, pods on the nodes in turn, an image after the other', async () => {
    const pulls = await pullsOf(
      ...HEAD,
      'teams:',
      '  - name: a',
      '    images: [alpine, redis]',
      '    rollouts: [{ at: 1h, within: 12s, clusters: 2, nodes: 2, pods: 3 }]',
    );
    const seen = pulls.map(({ at, node, image }) => `${at - START_AT - HOUR_MS} ${node} ${image.repository}`);
    expect(seen.slice(0, 7)).toEqual([
      '0 0/0 library/alpine',
      '1000 0/0 library/redis',
      '2000 0/1 library/alpine',
      '3000 0/1 library/redis',
      '4000 0/0 library/alpine',
      '5000 0/0 library/redis',
      '6000 1/0 library/alpine',
    ]);
    expect(seen).toHaveLength(12);
  });

  test('changes the hub before pulls at the same moment', async () => {
    const plan = planScenario(
      await scenarioOf(
        ...HEAD,
        'teams: [{ name: a, images: [alpine], rollouts: [{ at: 1h }] }]',
        'faults: [{ fault: hang, at: 1h, for: 1m }]',
        'changes: [{ at: 1h, profile: paid }]',
      ),
    );
    expect([...plan].map(({ kind }) => kind)).toEqual(['change', 'fault-begins', 'pull', 'fault-ends']);
  });

  test('computes only what is read', async () => {
    const endless = await scenarioOf(
      'title: A year',
      'start: 2026-01-01',
      'duration: 365d',
      'teams: [{ name: a, images: [alpine], traffic: [{ per_hour: 100000 }] }]',
    );
    expect(planScenario(endless).next().value).toMatchObject({ kind: 'pull' });
  });
});

describe('rateAt()', () => {
  /** Days; hours; a moment in UTC; whether traffic is on. 2026-11-23 is a Monday. */
  test.each([
    ['mon', '08:00-18:00', '2026-11-23T08:00:00Z', true],
    ['mon', '08:00-18:00', '2026-11-23T17:59:59Z', true],
    ['mon', '08:00-18:00', '2026-11-23T18:00:00Z', false],
    ['tue', '08:00-18:00', '2026-11-23T08:00:00Z', false],
    ['mon', '22:00-06:00', '2026-11-23T23:00:00Z', true],
    ['mon', '22:00-06:00', '2026-11-24T05:59:00Z', true],
    ['mon', '22:00-06:00', '2026-11-24T06:00:00Z', false],
    ['mon', '22:00-06:00', '2026-11-23T05:00:00Z', false],
    ['sun', '22:00-06:00', '2026-11-23T05:00:00Z', true],
    ['mon', '00:00-24:00', '2026-11-23T23:59:59Z', true],
    ['mon', '06:00-06:00', '2026-11-24T05:00:00Z', true],
  ])('decides whether %s %s is on at %s', (days, hours, at, isOn) => {
    const traffic = [
      { perHour: 3, days: parseDays(days) ?? [], hours: parseHours(hours) ?? { from: 0, to: 0 } },
    ];
    expect(rateAt(traffic, createZone('UTC').wallTime(Date.parse(at)))).toBe(isOn ? 3 : 0);
  });

  test('adds lines up', () => {
    const line = { days: parseDays('mon-sun') ?? [], hours: { from: 0, to: 1_440 } };
    expect(
      rateAt(
        [
          { perHour: 3, ...line },
          { perHour: 4, ...line },
        ],
        START_AT,
      ),
    ).toBe(7);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../../src/simulator/scenario/parse-scenario.ts';
import { ScenarioError } from '../../../src/simulator/scenario/problem.ts';
import { HEAD, problemsOf, scenarioOf, TEAM } from './scenario-of.ts';

const TOP_KEYS =
  'title, time_zone, start, duration, speed, seed, profile, limits, accounts, caches, teams, faults, changes';
const DURATION = 'a duration such as 10s, 5m, 1h30m or 90d';
const MOMENT = 'a time after the start such as 2h30m, or a date and time such as 2026-11-25T14:00';
const PROFILES =
  '2026, legacy-2020, 2021-empty, 2022-2025, paid, flapping-egress, dropped-to-anon, abuse, login-locked, outage';

/** A team with these lines. */
function team(...lines: string[]): string[] {
  return [...HEAD, 'teams:', '  - name: a', '    images: [alpine]', ...lines.map((line) => `    ${line}`)];
}

/** A rule; a wrong file; what is printed for it. */
const ROWS: readonly (readonly [rule: string, file: readonly string[], ...problems: string[]])[] = [
  [
    'YAML',
    ['title: ['],
    'test.yml:1:9: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a key once', ['title: a', 'title: b'], 'test.yml:2:1: Map keys must be unique'],
  ['a map', ['- a'], `test.yml:1:1: Not a map. Allowed: a map with the keys ${TOP_KEYS}`],
  [
    'what is needed',
    ['seed: 1'],
    'test.yml:1:1: title: Missing. Allowed: text that is not empty',
    'test.yml:1:1: start: Missing. Allowed: a date and time such as 2026-11-23T00:00',
    `test.yml:1:1: duration: Missing. Allowed: ${DURATION}, from 1s to 371d`,
    'test.yml:1:1: teams: Missing. Allowed: a list of teams',
  ],
  ['a known key', [...HEAD, ...TEAM, 'sped: 3'], `test.yml:6:1: sped: Unknown key. Allowed: ${TOP_KEYS}`],
  [
    'a known key of a team',
    team('trafic: []'),
    'test.yml:7:5: teams[0].trafic: Unknown key. Allowed: name, source, account, cache, runtime, images, traffic, bursts, rollouts',
  ],
  [
    'a time zone',
    [...HEAD, ...TEAM, 'time_zone: Berlin'],
    'test.yml:6:12: time_zone: Not a time zone: "Berlin". Allowed: a name such as UTC or Europe/Berlin',
  ],
  [
    'a day that exists',
    ['title: a', 'start: 2026-02-30T00:00', 'duration: 1d', ...TEAM],
    'test.yml:2:8: start: Not a date and time: "2026-02-30T00:00". Allowed: a date and time such as 2026-11-23T00:00',
  ],
  [
    'a profile',
    [...HEAD, ...TEAM, 'profile: 2025'],
    `test.yml:6:10: profile: Not one of the choices: 2025. Allowed: ${PROFILES}`,
  ],
  [
    'a window of whole seconds',
    [...HEAD, ...TEAM, 'limits: { window: 1500ms }'],
    `test.yml:6:19: limits.window: Not a duration: "1500ms". Allowed: ${DURATION}, from 1s to 7d, in whole seconds`,
  ],
  [
    'a seed',
    [...HEAD, ...TEAM, 'seed: -1'],
    'test.yml:6:7: seed: Not a whole number: -1. Allowed: a whole number from 0 to 4294967295',
  ],
  [
    'a list of teams',
    [...HEAD, 'teams: a'],
    'test.yml:4:8: teams: Not a list: "a". Allowed: a list of teams',
  ],
  ['some teams', [...HEAD, 'teams: []'], 'test.yml:4:8: teams: An empty list. Allowed: a list of teams'],
  [
    'an address',
    team('source: 10.0.0'),
    'test.yml:7:13: teams[0].source: Not an address: "10.0.0". Allowed: an IPv4 or IPv6 address',
  ],
  [
    'a runtime',
    team('runtime: docker'),
    'test.yml:7:14: teams[0].runtime: Not one of the choices: "docker". Allowed: containerd, cri-o',
  ],
  [
    'weekdays',
    team('traffic: [{ per_hour: 1, days: mo-fr }]'),
    'test.yml:7:36: teams[0].traffic[0].days: Not weekdays: "mo-fr". Allowed: mon, tue, wed, thu, fri, sat and sun, such as mon-fri or "sat, sun"',
  ],
  [
    'hours',
    team('traffic: [{ per_hour: 1, hours: 8-18 }]'),
    'test.yml:7:37: teams[0].traffic[0].hours: Not hours: "8-18". Allowed: two times of the day such as 08:00-18:00',
  ],
  [
    'a time of the day',
    team('bursts: [{ time: "24:00", count: 1 }]'),
    'test.yml:7:22: teams[0].bursts[0].time: Not a time of the day: "24:00". Allowed: 00:00 to 23:59, in quotes',
  ],
  [
    'a moment',
    team('rollouts: [{ at: noon }]'),
    `test.yml:7:22: teams[0].rollouts[0].at: Not a time: "noon". Allowed: ${MOMENT}`,
  ],
  [
    'a moment within',
    team('rollouts: [{ at: 1d }, { at: 2026-11-22T23:59 }]'),
    'test.yml:7:22: teams[0].rollouts[0].at: Outside of the scenario: "1d". Allowed: from the start, for less than the duration of 1d',
    'test.yml:7:34: teams[0].rollouts[1].at: Outside of the scenario: "2026-11-22T23:59". Allowed: from the start, for less than the duration of 1d',
  ],
  [
    'an account that there is',
    [...team('account: b'), 'accounts: [{ name: c }]'],
    'test.yml:7:14: teams[0].account: There is no such account: "b". Allowed: the name of one of accounts: c',
  ],
  [
    'a cache that there is',
    team('cache: b'),
    'test.yml:7:12: teams[0].cache: There is no such cache: "b". Allowed: the name of one of caches: there are none',
  ],
  [
    'no address behind a cache',
    [...team('cache: b', 'source: 10.0.0.1'), 'caches: [{ name: b }]'],
    'test.yml:8:13: teams[0].source: Not together with cache, which has its own source: "10.0.0.1"',
  ],
  [
    'names once',
    [...HEAD, 'teams:', '  - { name: a, images: [alpine] }', '  - { name: a, images: [alpine] }'],
    'test.yml:6:13: teams[1].name: The name is taken already: "a"',
  ],
  [
    'an endpoint that the fault strikes',
    [...HEAD, ...TEAM, 'faults: [{ fault: zero, at: 0, endpoint: token }]'],
    'test.yml:6:42: faults[0].endpoint: The fault does not apply to this endpoint: "token". Allowed: manifest',
  ],
  [
    'a change that changes',
    [...HEAD, ...TEAM, 'changes: [{ at: 1h }]'],
    'test.yml:6:11: changes[0]: Changes nothing. Allowed: a profile, limits, or both',
  ],
  [
    'no password in a message',
    [...HEAD, ...TEAM, 'accounts: [{ name: a, password: 12345 }]'],
    'test.yml:6:33: accounts[0].password: Not a text: <secret>. Allowed: text that is not empty',
  ],
];

describe('parseScenario()', () => {
  test.each(ROWS)('wants %s', async (_rule, file, ...problems) => {
    expect(await problemsOf(...file)).toEqual(problems);
  });

  test('names the images that there are', async () => {
    const [problem] = await problemsOf(...HEAD, 'teams:', '  - { name: a, images: [nginx:0] }');
    expect(problem).toMatch(
      /^test\.yml:5:25: teams\[0\]\.images\[0\]: The simulated hub has no such image: "nginx:0"\. Allowed: alpine:3\.22, /,
    );
  });

  test('reports everything at once, in reading order', async () => {
    const lines = team('account: b', 'traffic: [{ per_hour: -1 }]', 'rollouts: [{ at: 2d, pods: 0 }]');
    const problems = await problemsOf('sped: 1', ...lines);
    expect(problems.map((problem) => problem.split(': ')[1])).toEqual([
      'sped',
      'teams[0].account',
      'teams[0].traffic[0].per_hour',
      'teams[0].rollouts[0].at',
      'teams[0].rollouts[0].pods',
    ]);
  });

  test('throws an error that holds the problems one by one', async () => {
    const error = await scenarioOf(...HEAD, 'teams: []').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ScenarioError);
    expect(error).toMatchObject({
      message: 'The scenario has 1 problem:\n  test.yml:4:8: teams: An empty list. Allowed: a list of teams',
      problems: [
        { place: 'test.yml:4:8', key: 'teams', message: 'An empty list', allowed: 'a list of teams' },
      ],
    });
  });

  test('reports the problem of any file, and never fails otherwise', async () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constantFrom(null, true, 'acme', '1h', 'mon', 'hang', 'nginx'),
    );
    const keys = fc.constantFrom(
      'name',
      'at',
      'fault',
      'endpoint',
      'images',
      'cache',
      'account',
      'days',
      'hours',
      '__proto__',
    );
    const item = fc.dictionary(keys, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })), { maxKeys: 4 });
    const value = fc.oneof(leaf, fc.array(fc.oneof(leaf, item), { maxLength: 3 }), item);
    const top = fc.constantFrom(
      'title',
      'start',
      'duration',
      'time_zone',
      'teams',
      'faults',
      'changes',
      'caches',
      'x',
    );
    const file = fc.oneof(value, fc.dictionary(top, value, { maxKeys: 9 }));
    await fc.assert(
      fc.asyncProperty(file, async (any) => {
        const read = parseScenario(JSON.stringify(any), 'any.yml');
        await read.catch((error: unknown) => expect(error).toBeInstanceOf(ScenarioError));
      }),
      { numRuns: 300 },
    );
  });

  test.each(['', '# nothing', '? [a]\n: 1', 'title: *a', '&a [*a]', 'a: &a [1]\nb: *a'])(
    'refuses %j',
    async (text) => {
      await expect(parseScenario(text, 'any.yml')).rejects.toBeInstanceOf(ScenarioError);
    },
  );

  test('lets no line break of a key look like another problem', async () => {
    const [problem, ...others] = await problemsOf(...HEAD, ...TEAM, '"a\\nb": 1');
    expect(problem).toContain('a\\u000ab: Unknown key');
    expect(others).toEqual([]);
  });

  test('fills in what is left out', async () => {
    const scenario = await scenarioOf(...HEAD, ...TEAM);
    expect(scenario).toMatchObject({
      timeZone: 'UTC',
      startAt: Date.parse('2026-11-23T00:00:00Z'),
      endAt: Date.parse('2026-11-24T00:00:00Z'),
      speed: 1,
      seed: 1,
      profile: '2026',
      limits: {},
      teams: [
        {
          name: 'a',
          through: { source: '127.0.0.1' },
          runtime: 'containerd',
          images: [{ repository: 'library/alpine', tag: 'latest' }],
        },
      ],
    });
  });

  test('accepts the profile 2026 without quotes', async () => {
    expect(await scenarioOf(...HEAD, ...TEAM, 'profile: 2026')).toMatchObject({ profile: '2026' });
  });

  test('reads times in the zone of the file', async () => {
    const scenario = await scenarioOf(
      'title: Over the end of summer time',
      'time_zone: Europe/Berlin',
      'start: 2026-10-24T12:00',
      'duration: 2d',
      ...TEAM,
      'changes:',
      '  - { at: 2026-10-25T12:00, limits: { anonymous: 10, window: 10m, window_kind: fixed } }',
      '  - { at: 24h, profile: paid }',
    );
    expect(scenario.changes).toEqual([
      {
        at: Date.parse('2026-10-25T11:00:00Z'),
        limits: { anonymous: 10, windowSeconds: 600, window: 'fixed' },
      },
      { at: Date.parse('2026-10-25T10:00:00Z'), profile: 'paid' },
    ]);
  });

  test('lets a fault without a duration last to the end', async () => {
    const scenario = await scenarioOf(
      ...HEAD,
      ...TEAM,
      'faults: [{ fault: hang, at: 1h }, { fault: reset, at: 1h, for: 1m, source: 10.0.0.1 }]',
    );
    expect(scenario.faults).toEqual([
      { fault: 'hang', scope: {}, at: scenario.startAt + 3_600_000, endAt: scenario.endAt },
      {
        fault: 'reset',
        scope: { source: '10.0.0.1' },
        at: scenario.startAt + 3_600_000,
        endAt: scenario.startAt + 3_660_000,
      },
    ]);
  });
});

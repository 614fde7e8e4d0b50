import { afterEach, describe, expect, test } from 'vitest';
import { PROFILE_NAMES, type ProfileName } from '../../src/simulator/profile.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { askManifest, askToken, basic, bearer, headerOf, startSimulator, statusOf } from './hub-client.ts';

const running: Simulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

async function startWith(profile: ProfileName): Promise<Simulator> {
  const simulator = await startSimulator({ profile });
  running.push(simulator);
  simulator.control.addAccount({
    name: 'acmeci',
    password: 'secret',
    uuid: 'a645ce4d-4328-42eb-8241-1624241605ef',
  });
  return simulator;
}

/**
 * What a login and an anonymous client see with each profile: status of the token; then of HEAD with `limit`, `source`.
 * Profiles whose token fails have no HEAD.
 */
// biome-ignore format: a table
const ROWS: [ProfileName, string, number, number?, (string | undefined)?, (string | undefined)?][] = [
  ['legacy-2020', 'acmeci', 200, 200, '200;w=21600', undefined],
  ['legacy-2020', '', 200, 200, '100;w=21600', undefined],
  ['2021-empty', '', 200, 200, ';w=21600', undefined],
  ['2022-2025', 'acmeci', 200, 200, '200;w=21600', 'a645ce4d-4328-42eb-8241-1624241605ef'],
  ['2022-2025', '', 200, 200, '100;w=21600', '127.0.0.1'],
  ['2026', 'acmeci', 200, 200, '200;w=3600', 'acmeci'],
  ['2026', '', 200, 200, '100;w=3600', '127.0.0.1'],
  ['paid', 'acmeci', 200, 200, undefined, 'acmeci'],
  ['flapping-egress', '', 200, 200, '100;w=3600', expect.stringMatching(/^203\.0\.113\./)],
  ['dropped-to-anon', 'acmeci', 200, 200, '100;w=3600', '127.0.0.1'],
  ['abuse', '', 429],
  ['login-locked', 'acmeci', 429],
  ['login-locked', '', 200, 200, '100;w=3600', '127.0.0.1'],
  ['outage', '', 503],
];

describe('PROFILES', () => {
  test.each(ROWS)('%s for %j: token %d, HEAD %s, limit %s, source %s', async (profile, name, ...expected) => {
    const simulator = await startWith(profile);
    const login = name === '' ? [] : [basic(`${name}:secret`)];
    const tokenStatus = statusOf(await askToken(simulator, login));
    if (tokenStatus !== 200) {
      expect([tokenStatus]).toEqual(expected);
      return;
    }
    const head = await askManifest(simulator, 'HEAD', [await bearer(simulator, login)]);
    const said = [
      statusOf(head),
      headerOf(head, 'ratelimit-limit'),
      headerOf(head, 'docker-ratelimit-source'),
    ];
    expect([tokenStatus, ...said]).toEqual(expected);
  });

  test('all stand in the table above', () => {
    const tested = new Set(ROWS.map(([profile]) => profile));
    expect(PROFILE_NAMES.filter((name) => !tested.has(name))).toEqual([]);
  });

  test('paid meters no account, however much it pulls', async () => {
    const simulator = await startWith('paid');
    simulator.control.spend({ source: '127.0.0.1', pulls: 1_000 });
    const answer = await askManifest(simulator, 'GET', [await bearer(simulator)]);
    expect(statusOf(answer)).toBe(200);
    expect(simulator.control.ledger().at(-1)?.pulls).toBe(0);
  });

  test('of one account and of one source take precedence over that of all', async () => {
    const simulator = await startWith('2026');
    simulator.control.setProfile('outage', { account: 'acmeci' });
    simulator.control.setProfile('abuse', { source: '2001:db8::1' });
    const statuses = async () => [
      statusOf(await askToken(simulator)),
      statusOf(await askToken(simulator, [basic('acmeci:secret')])),
      statusOf(await askToken(simulator, ['X-Simulator-Source: 2001:db8::7'])),
    ];
    expect(await statuses()).toEqual([200, 503, 429]);
    simulator.control.resetProfiles();
    expect(await statuses()).toEqual([200, 200, 200]);
  });
});

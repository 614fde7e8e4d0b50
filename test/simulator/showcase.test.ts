import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Credential } from '../../src/domain/credential.ts';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { advance, type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import { type Status, statusOf } from '../../src/domain/status.ts';
import { createHub, type Hub } from '../../src/hub/create-hub.ts';
import { Secret } from '../../src/kit/secret.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import {
  DOWNGRADE_AFTER_MS,
  playShowcaseTraffic,
  prepareShowcase,
  type ShowcaseCredential,
  type ShowcaseState,
} from '../../src/simulator/showcase.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { createTestTimers, type TestClock, testClock } from './fakes.ts';
import { startSimulator } from './hub-client.ts';

const HOUR_MS = 3_600_000;
/** The state in which Headroom sees each credential, once it has been polled twice. */
const STANDING_OF: Record<ShowcaseState, Status> = {
  healthy: 'ok',
  low: 'low',
  exhausted: 'exhausted',
  unlimited: 'unlimited',
  rejected: 'rejected',
  blocked: 'blocked',
  downgraded: 'downgraded',
  unreachable: 'failing',
  sharing: 'ok',
};

let simulator: Simulator;
let clock: TestClock;
let cast: ShowcaseCredential[];
const states = new Map<string, CredentialState>();

beforeEach(async () => {
  clock = testClock('2026-11-23T12:00:00Z');
  simulator = await startSimulator({ clock });
  cast = prepareShowcase(simulator.control);
  states.clear();
});
afterEach(() => simulator.stop());

function toCredential({ name, username, password }: ShowcaseCredential): Credential {
  const readLogin =
    username === undefined
      ? undefined
      : async () => ({ kind: 'password' as const, username, password: new Secret(password ?? '') });
  return {
    identity: { name, hasLogin: username !== undefined, fingerprint: name },
    readLogin,
    route: {},
    image: parseImageReference('ratelimitpreview/test:latest'),
    schedule: '* * * * *',
    jitterMs: 0,
    timeoutMs: 10_000,
  };
}

function openHub(): Hub {
  const hub = createHub({
    url: simulator.url,
    allowInsecure: false,
    caFile: undefined,
    env: {},
    userAgent: 'headroom/0.0.0-test',
    clock,
    log: SILENT_LOG,
  });
  onTestFinished(() => hub.close());
  return hub;
}

/** Asks once for every credential, as `headroom serve` does every minute. */
async function poll(hub: Hub): Promise<Record<string, Status>> {
  const standings = cast.map(async (member) => {
    const credential = toCredential(member);
    const { name } = member;
    const reading = await hub.probe(credential);
    const observation = { credential: name, at: clock.now(), durationMs: 1, intervalMs: 60_000, reading };
    const state = advance(states.get(name) ?? initialState(credential.identity), observation, 100);
    states.set(name, state);
    return [name, statusOf(takeSnapshot(state, clock.now()))] as const;
  });
  return Object.fromEntries(await Promise.all(standings));
}

describe('prepareShowcase()', () => {
  test('shows every state in the first poll, but for the login that is downgraded later', async () => {
    const expected = cast.map(({ name, shows }) => [
      name,
      shows === 'downgraded' ? 'ok' : STANDING_OF[shows],
    ]);
    expect(await poll(openHub())).toEqual(Object.fromEntries(expected));
  });

  test('lets three credentials draw on one bucket', async () => {
    await poll(openHub());
    const outcomes = cast
      .filter(({ shows }) => shows === 'sharing')
      .map(({ name }) => states.get(name)?.latest?.outcome);
    expect(outcomes).toHaveLength(3);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ limit: 100, remaining: 65, source: { value: '127.0.0.1' } });
    }
  });
});

describe('playShowcaseTraffic()', () => {
  test('downgrades a login after its first probe', async () => {
    const timers = createTestTimers(clock);
    const hub = openHub();
    playShowcaseTraffic(simulator.control, { timers, random: () => 1 });
    await poll(hub);
    expect(states.get('contractor')?.latest?.outcome).toMatchObject({ limit: 200, downgraded: false });
    timers.advance(DOWNGRADE_AFTER_MS);
    expect((await poll(hub)).contractor).toBe('downgraded');
    expect(states.get('contractor')?.latest?.outcome).toMatchObject({ limit: 100, downgraded: true });
  });

  test('keeps showing the same states for hours, and moves', () => {
    const timers = createTestTimers(clock);
    const { control } = simulator;
    playShowcaseTraffic(control, { timers, random: seededRandom(1) });
    const healthy = new Set<number>();
    let rises = 0;
    for (let last = 0, at = 0; at < 4 * HOUR_MS; at += 20_000) {
      timers.advance(20_000);
      const left = control.remaining({ account: 'acmeweb' }) ?? 0;
      if (left > last) rises += 1;
      last = left;
      healthy.add(left);
      expect(left).toBeGreaterThanOrEqual(80);
      expect(control.remaining({ account: 'acmenightly' })).toBeLessThanOrEqual(28);
      expect(control.remaining({ account: 'acmenightly' })).toBeGreaterThan(0);
      expect(control.remaining({ account: 'acmebatch' })).toBe(0);
      expect(control.remaining({ source: '127.0.0.1' })).toBeGreaterThanOrEqual(30);
    }
    expect(healthy.size).toBeGreaterThan(20);
    expect(rises).toBeGreaterThan(20);
  });

  test('stops', () => {
    const timers = createTestTimers(clock);
    const traffic = playShowcaseTraffic(simulator.control, { timers, random: () => 0 });
    timers.advance(3_000);
    traffic.stop();
    expect(timers.pending()).toBe(0);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { FaultName } from '../../../src/simulator/faults/faults.ts';
import { createHubClient } from '../../../src/simulator/scenario/hub-client.ts';
import { createSimulatedHub, type SimulatedHub } from '../../../src/simulator/simulated-hub.ts';
import { type TestClock, testClock } from '../fakes.ts';

const ACCOUNT = { name: 'acmeci', password: 'simulated' };
const ALPINE = 'library/alpine';

let clock: TestClock;
let hub: SimulatedHub;

beforeEach(() => {
  clock = testClock('2026-11-23T09:00:00Z');
  hub = createSimulatedHub({ clock, random: () => 0.5 });
  hub.control.addAccount(ACCOUNT);
});

function clientOf(account: typeof ACCOUNT | undefined) {
  return createHubClient(hub, { source: '203.0.113.7', account }, clock.now);
}

describe('createHubClient()', () => {
  test('draws on the bucket of its address', () => {
    expect(clientOf(undefined).manifest('GET', ALPINE, 'latest')).toMatchObject({ kind: 'found', pulls: 1 });
    expect(hub.control.remaining({ source: '203.0.113.7' })).toBe(99);
  });

  test('draws on the bucket of its account', () => {
    clientOf(ACCOUNT).manifest('GET', ALPINE, 'latest');
    expect(hub.control.remaining({ account: 'acmeci' })).toBe(199);
    expect(hub.control.remaining({ source: '203.0.113.7' })).toBe(100);
  });

  test('requests by HEAD for nothing but the digest, for free', () => {
    const answer = clientOf(undefined).manifest('HEAD', ALPINE, 'latest');
    expect(answer).toMatchObject({
      kind: 'found',
      children: undefined,
      pulls: 0,
      digest: expect.stringMatching(/^sha256:/),
    });
    expect(hub.control.remaining({ source: '203.0.113.7' })).toBe(100);
  });

  test('uses a token for four minutes', () => {
    const client = clientOf(undefined);
    const tokens = () => hub.control.ledger().filter(({ path }) => path === '/token').length;
    client.manifest('HEAD', ALPINE, 'latest');
    clock.advance(239_999);
    client.manifest('HEAD', ALPINE, '3.21');
    expect(tokens()).toBe(1);
    clock.advance(1);
    client.manifest('HEAD', ALPINE, 'latest');
    expect(tokens()).toBe(2);
  });

  test('stands in the ledger as any client does', () => {
    clientOf(undefined).manifest('GET', ALPINE, 'latest');
    expect(hub.control.ledger().at(-1)).toEqual({
      at: clock.now(),
      method: 'GET',
      path: '/v2/library/alpine/manifests/latest',
      source: '203.0.113.7',
      userAgent: 'headroom-scenario',
      status: 200,
      pulls: 1,
    });
  });

  test.each(['legacy-2020', '2022-2025', '2026'] as const)(
    'is refused when nothing is left (%s)',
    (profile) => {
      hub.control.setProfile(profile);
      hub.control.spend({ source: '203.0.113.7', pulls: 100 });
      expect(clientOf(undefined).manifest('GET', ALPINE, 'latest')).toEqual({ kind: 'refused', pulls: 0 });
    },
  );

  test.each([
    'abuse',
    'abuse-bare-lf',
    'captive-portal',
    'hang',
    'reset',
    'redirect',
    'server-error',
    'unauthorized',
    'unavailable',
    'no-token',
  ] satisfies FaultName[])('fails under %s', (fault) => {
    hub.control.setFault(fault);
    expect(clientOf(undefined).manifest('GET', ALPINE, 'latest')).toEqual({ kind: 'failed', pulls: 0 });
  });

  test.each(['slow', 'access-token-only', 'missing-headers'] satisfies FaultName[])(
    'gets through %s',
    (fault) => {
      hub.control.setFault(fault);
      expect(clientOf(undefined).manifest('GET', ALPINE, 'latest')).toMatchObject({
        kind: 'found',
        pulls: 1,
      });
    },
  );

  test('gets a new token after one was called invalid', () => {
    const client = clientOf(undefined);
    client.manifest('HEAD', ALPINE, 'latest');
    hub.control.setFault('unauthorized', { endpoint: 'manifest', times: 1 });
    expect(client.manifest('HEAD', ALPINE, 'latest')).toEqual({ kind: 'failed', pulls: 0 });
    expect(client.manifest('HEAD', ALPINE, 'latest')).toMatchObject({ kind: 'found' });
  });

  test('fails with a repository that there is not', () => {
    expect(clientOf(undefined).manifest('GET', 'library/nothing', 'latest')).toEqual({
      kind: 'failed',
      pulls: 0,
    });
  });
});

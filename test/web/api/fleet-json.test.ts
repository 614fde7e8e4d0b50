import { describe, expect, test } from 'vitest';
import { toCredentialJson } from '../../../src/web/api/credential-json.ts';
import { toFleetCredentialsJson, toFleetJson } from '../../../src/web/api/fleet-json.ts';
import { fleetCredential, fleetOf, member, UNPROBED } from '../fleet-fixtures.ts';
import { STATE_IN, snapshotOf } from '../states.ts';

describe('toFleetCredentialsJson()', () => {
  test('is empty without a fleet', () => {
    expect(toFleetCredentialsJson(undefined)).toEqual([]);
  });

  test('has the fields of own credentials', () => {
    const [json] = toFleetCredentialsJson(fleetOf([member('a', fleetCredential('ci', 76))]));
    expect(Object.keys(json ?? {}).sort()).toEqual(
      Object.keys(toCredentialJson(snapshotOf(STATE_IN.ok), [])).sort(),
    );
    expect(json).toMatchObject({
      name: 'ci',
      labels: { cluster: 'a' },
      standing: 'ok',
      remaining: 76,
      bucket: { source: '192.0.2.1', size: 1, credentials: ['ci'], pool: null },
      last_poll: '2026-11-23T20:59:40.000Z',
    });
  });

  test('writes null, never 0, for what metrics do not contain', () => {
    const [json] = toFleetCredentialsJson(fleetOf([member('a', fleetCredential('ci', 0, UNPROBED))]));
    expect(json).toEqual({
      name: 'ci',
      labels: { cluster: 'a' },
      login: null,
      standing: 'waiting',
      up: null,
      remaining: null,
      limit: null,
      window_seconds: null,
      source: null,
      bucket: null,
      forecast: null,
      enforced: null,
      downgraded: false,
      blocked: null,
      failure: null,
      last_poll: null,
      last_success: null,
    });
  });
});

describe('toFleetJson()', () => {
  test('counts, and states what is wrong', () => {
    expect(toFleetJson(undefined)).toBeNull();
    const members = [member('a', fleetCredential('x', 1), fleetCredential('y', 1)), member('b')];
    expect(toFleetJson(fleetOf(members, { warning: 'w' }))).toEqual({
      headrooms: 2,
      credentials: 2,
      read_at: '2026-11-23T21:00:00.000Z',
      trouble: null,
      warning: 'w',
    });
    expect(toFleetJson(fleetOf([], { readAt: undefined, problem: 't' }))).toMatchObject({
      read_at: null,
      trouble: 't',
    });
  });
});

import { describe, expect, test } from 'vitest';
import { createSessions, isLive, liveToken } from '../../src/hub/session.ts';
import { Secret } from '../../src/kit/secret.ts';
import { credential } from './fixtures.ts';

const RECEIVED_AT_MS = 1_000;

describe('isLive()', () => {
  // lifetime in seconds | age in milliseconds | whether it is sent
  test.each([
    [300, 0, true],
    [300, 250_000, true],
    [300, 284_999, true],
    [300, 285_000, false],
    [60, 44_999, true],
    [60, 45_000, false],
  ])('of a token for %i s that is %i ms old is %s', (lifetimeSeconds, ageMs, expected) => {
    const live = liveToken({ kind: 'granted', token: new Secret('t'), lifetimeSeconds }, RECEIVED_AT_MS);

    expect(isLive(live, RECEIVED_AT_MS + ageMs)).toBe(expected);
  });

  test('returns false without a token', () => {
    expect(isLive(undefined, 0)).toBe(false);
  });
});

test('createSessions() keeps the session of a credential until its fingerprint changes', () => {
  const sessionOf = createSessions();
  const first = sessionOf(credential({ name: 'ci', fingerprint: 'a' }));

  expect(sessionOf(credential({ name: 'ci', fingerprint: 'a' }))).toBe(first);
  expect(sessionOf(credential({ name: 'other', fingerprint: 'a' }))).not.toBe(first);
  expect(sessionOf(credential({ name: 'ci', fingerprint: 'b' }))).not.toBe(first);
});

import { describe, expect, test } from 'vitest';
import { isLive, liveToken } from '../../src/hub/token-life.ts';
import { Secret } from '../../src/kit/secret.ts';

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

  test('of no token is false', () => {
    expect(isLive(undefined, 0)).toBe(false);
  });
});

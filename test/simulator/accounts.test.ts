import { describe, expect, test } from 'vitest';
import { createAccounts, mayPull } from '../../src/simulator/accounts.ts';

const NOW = 1_784_125_451_185;
const MINUTE_MS = 60_000;

describe('createAccounts()', () => {
  test('accepts the right password only', () => {
    const accounts = createAccounts();
    const account = accounts.add({ name: 'acmeci', password: 'pa:$$wörd' });
    expect(accounts.login('acmeci', 'pa:$$wörd', NOW)).toEqual({ kind: 'accepted', account });
    expect(accounts.login('acmeci', 'pa', NOW)).toEqual({ kind: 'wrong' });
    expect(accounts.login('nobody', 'pa', NOW)).toEqual({ kind: 'wrong' });
  });

  test('locks a name after five failures for ten minutes, even for the right password', () => {
    const accounts = createAccounts();
    accounts.add({ name: 'acmeci', password: 'right' });
    accounts.add({ name: 'other', password: 'right' });
    for (let i = 0; i < 5; i++) {
      expect(accounts.login('acmeci', 'wrong', NOW + i)).toEqual({ kind: 'wrong' });
    }
    expect(accounts.login('acmeci', 'right', NOW + 5)).toEqual({ kind: 'locked' });
    expect(accounts.login('other', 'right', NOW + 5).kind).toBe('accepted');
    expect(accounts.login('acmeci', 'right', NOW + 10 * MINUTE_MS).kind).toBe('locked');
    expect(accounts.login('acmeci', 'right', NOW + 10 * MINUTE_MS + 4).kind).toBe('accepted');
  });

  test('forgets failures after a success', () => {
    const accounts = createAccounts({ failures: 2, durationMs: MINUTE_MS });
    accounts.add({ name: 'acmeci', password: 'right' });
    accounts.login('acmeci', 'wrong', NOW);
    accounts.login('acmeci', 'right', NOW);
    accounts.login('acmeci', 'wrong', NOW);
    expect(accounts.login('acmeci', 'right', NOW).kind).toBe('accepted');
  });

  test('gives an account the given UUID, or always the same', () => {
    const uuid = '186e63fa-abf0-4deb-a711-0dbd34c4a821';
    expect(createAccounts().add({ name: 'a', password: 'b', uuid }).uuid).toBe(uuid);
    const made = createAccounts().add({ name: 'acmeci', password: 'b' }).uuid;
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(createAccounts().add({ name: 'acmeci', password: 'c' }).uuid).toBe(made);
  });
});

describe('mayPull()', () => {
  const account = createAccounts().add({ name: 'acme', password: 'b', repositories: ['other/private'] });
  test.each([
    ['acme/private', true],
    ['other/private', true],
    ['other/secret', false],
    ['acmecorp/private', false],
  ])('%s: %s', (repository, expected) => {
    expect(mayPull(account, repository)).toBe(expected);
  });
});

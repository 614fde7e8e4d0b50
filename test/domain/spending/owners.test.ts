import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createOwners,
  matchesPattern,
  NO_TEAM,
  type Spender,
  splitEvenly,
} from '../../../src/domain/spending/owners.ts';
import type { OwnerRule } from '../../../src/domain/spending/spending-config.ts';
import { compileNetworks } from '../../../src/kit/network-address.ts';

const NOTHING: Omit<OwnerRule, 'team'> = {
  namespaces: [],
  clusters: [],
  labels: {},
  users: [],
  accessTokens: [],
  addresses: [],
  repositories: [],
};

function rule(team: string, values: Partial<OwnerRule>): OwnerRule {
  return { ...NOTHING, team, ...values };
}

const RULES = [
  rule('shop', { namespaces: ['shop-*'], accessTokens: ['shop-ci'] }),
  rule('data', { addresses: ['10.20.0.0/16', '2001:db8::/32', '192.0.2.7'], repositories: ['acme/etl-*'] }),
  rule('web', { labels: { team: 'web', tier: 'f*' }, users: ['webbot'] }),
  rule('prod shop', { clusters: ['prod'], namespaces: ['cart'] }),
  rule('edge', { clusters: ['edge-*'] }),
  rule('nginx', { repositories: ['nginx'] }),
];

describe('createOwners()', () => {
  // What is known of the spender; the team.
  test.each<[Spender, string]>([
    [{ namespace: 'shop-cart' }, 'shop'],
    [{ namespace: 'shop' }, 'shop' /* stands for itself */],
    [{ user: 'acmeci', token: 'shop-ci' }, 'shop'],
    [{ user: 'acmeci', token: 'shop-ci', address: '10.20.0.1' }, 'shop' /* the first that matches */],
    [{ user: 'acmeci', token: '', address: '10.20.255.1' }, 'data'],
    [{ user: 'acmeci', address: '10.21.0.1' }, 'acmeci'],
    [{ user: 'acmeci', address: '2001:db8:1::1' }, 'data'],
    [{ user: 'acmeci', address: '2001:db9::1' }, 'acmeci'],
    [{ user: 'acmeci', address: '192.0.2.7' }, 'data'],
    [{ user: 'acmeci', address: '192.0.2.8' }, 'acmeci'],
    [{ user: 'acmeci', address: 'not an address' }, 'acmeci'],
    [{ user: 'acmeci', address: '10.20.3.0/24' }, 'data' /* masked */],
    [{ user: 'acmeci', address: '192.0.2.0/24' }, 'acmeci' /* masked, and the network is smaller */],
    [{ user: 'acmeci', repository: 'acme/etl-load' }, 'data'],
    [{ user: 'acmeci', repository: 'other/etl-load' }, 'acmeci'],
    [{ user: 'acmeci', repository: 'library/nginx' }, 'nginx'],
    [{ user: 'acmeci', repository: 'acme/nginx' }, 'acmeci'],
    [{ namespace: 'a', labels: { team: 'web', tier: 'front' } }, 'web'],
    [{ namespace: 'a', labels: { team: 'web' } }, 'a' /* all labels have to match */],
    [{ user: 'webbot' }, 'web'],
    [{ cluster: 'prod', namespace: 'cart' }, 'prod shop'],
    [{ cluster: 'test', namespace: 'cart' }, 'cart'],
    [{ cluster: 'edge-7', namespace: 'cart' }, 'edge'],
    [{ user: '', token: '', address: '', repository: '' }, NO_TEAM],
    [{}, NO_TEAM],
  ])('%j belongs to %s', (spender, team) => {
    expect(createOwners(RULES, compileNetworks)(spender)).toBe(team);
  });

  test('a pattern * does not match what is unknown', () => {
    const teamOf = createOwners([rule('all', { users: ['*'], namespaces: ['*'] })], compileNetworks);
    expect(teamOf({ user: 'a' })).toBe('all');
    expect(teamOf({ user: '' })).toBe(NO_TEAM);
  });
});

describe('matchesPattern()', () => {
  test.each([
    ['', '', true],
    ['*', '', true],
    ['a*', 'a', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbb', false],
    ['*b*', 'abc', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['(a+)+$', 'aaaa', false],
    ['a**b', 'ab', true],
    ['*ab', 'aab', true],
    ['abc', 'abcd', false],
  ])('%s and %s: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });

  test('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(text, plain, (pattern, value) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
        expect(matchesPattern(pattern, value)).toBe(expected);
      }),
    );
  });

  test('a pattern of many stars takes no exponential time', () => {
    expect(matchesPattern(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false);
  });
});

test('splitEvenly() returns whole shares that add up and differ by at most 1', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 50 }), (pulls, count) => {
      const shares = splitEvenly(pulls, count);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(pulls);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

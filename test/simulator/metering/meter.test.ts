import { describe, expect, test } from 'vitest';
import { createAccounts } from '../../../src/simulator/accounts.ts';
import { createMeter, type MeteredClient } from '../../../src/simulator/metering/meter.ts';
import { PROFILES } from '../../../src/simulator/profile.ts';

const LIMITS = PROFILES['2026'].limits;
const NOW = 1_784_125_451_185;
const ADDRESS: MeteredClient = { kind: 'source', source: '192.0.2.1' };
const accounts = createAccounts();

function account(plan: 'personal' | 'paid' | 'organization'): MeteredClient {
  return { kind: 'account', account: accounts.add({ name: `${plan}user`, password: 'secret', plan }) };
}

describe('createMeter()', () => {
  // biome-ignore format: a table
  test.each([
    ['an address has the anonymous limit', ADDRESS, { limit: 100, remaining: 100, windowSeconds: 3_600 }],
    ['a personal account has its own', account('personal'), { limit: 200, remaining: 200, windowSeconds: 3_600 }],
    ['a paid account has none', account('paid'), undefined],
    ['an organisation has none', account('organization'), undefined],
  ])('%s', (_, client, balance) => {
    expect(createMeter().balance(client, LIMITS, NOW)).toEqual(balance);
  });

  test('denies what is not left, and does not count it', () => {
    const meter = createMeter();
    meter.spend(ADDRESS, 99, LIMITS, NOW);
    expect(meter.trySpend(ADDRESS, 2, LIMITS, NOW)).toBe(false);
    expect(meter.trySpend(ADDRESS, 1, LIMITS, NOW)).toBe(true);
    expect(meter.trySpend(ADDRESS, 0.5, LIMITS, NOW)).toBe(false);
    expect(meter.trySpend(ADDRESS, 0, LIMITS, NOW)).toBe(false);
    expect(meter.balance(ADDRESS, LIMITS, NOW + 3_600_000)?.remaining).toBe(100);
  });

  test('never denies those it does not meter', () => {
    expect(createMeter().trySpend(account('paid'), 1_000_000, LIMITS, NOW)).toBe(true);
  });

  test('keeps buckets apart', () => {
    const meter = createMeter();
    meter.spend(ADDRESS, 10, LIMITS, NOW);
    expect(meter.balance({ kind: 'source', source: '192.0.2.2' }, LIMITS, NOW)?.remaining).toBe(100);
    expect(meter.balance(account('personal'), LIMITS, NOW)?.remaining).toBe(200);
  });

  test('holds a client to limits of its own, until they are taken back', () => {
    const meter = createMeter();
    meter.setOwnLimit(account('paid'), { limit: 5_000, windowSeconds: 86_400 });
    expect(meter.balance(account('paid'), LIMITS, NOW)).toEqual({
      limit: 5_000,
      remaining: 5_000,
      windowSeconds: 86_400,
    });
    meter.setOwnLimit(account('paid'), undefined);
    expect(meter.balance(account('paid'), LIMITS, NOW)).toBeUndefined();
  });

  test('fills one bucket, or all', () => {
    const meter = createMeter();
    const other: MeteredClient = { kind: 'source', source: '192.0.2.2' };
    for (const client of [ADDRESS, other]) meter.spend(client, 10, LIMITS, NOW);
    meter.refill(ADDRESS);
    expect(meter.balance(ADDRESS, LIMITS, NOW)?.remaining).toBe(100);
    expect(meter.balance(other, LIMITS, NOW)?.remaining).toBe(90);
    meter.refill(undefined);
    expect(meter.balance(other, LIMITS, NOW)?.remaining).toBe(100);
  });
});

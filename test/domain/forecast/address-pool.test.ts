import { describe, expect, test } from 'vitest';
import { findAddressPool } from '../../../src/domain/forecast/address-pool.ts';
import { sampleAt } from './series.ts';

const seen = (sources: string) =>
  [...sources].map((source, minute) => sampleAt(minute, 90, { source: `192.0.2.${source}` }));

describe('findAddressPool()', () => {
  // Last octet of the source of each answer; whether it is a pool, and why.
  test.each([
    ['1111', false, 'one address'],
    ['1122', false, 'moved for good'],
    ['1121', false, 'came back once: a detour'],
    ['1212', true, 'came back to two addresses'],
    ['1231231', true, 'three addresses in turn'],
  ])('%s: pool %s (%s)', (sources, isPool) => {
    expect(findAddressPool(seen(sources)) !== undefined).toBe(isPool);
  });

  test('says which addresses, and how often they changed', () => {
    expect(findAddressPool([...seen('1212'), { kind: 'missed', at: 0 }])).toEqual({
      sources: ['192.0.2.1', '192.0.2.2'],
      switches: 3,
      revisits: 2,
      answers: 4,
    });
  });
});

import { describe, expect, test } from 'vitest';
import { significantBits } from '../../../src/cli/diagnose/write-report.ts';

describe('significantBits()', () => {
  test.each([
    ['2600:6c5e:1340:1::', 64],
    ['2001:41d0:801:2000::', 51],
    ['2001:db8::', 29],
    ['2001:db8::1', 128],
    ['1:2:3:4:5:6:7:8', 125],
    ['::', 0],
  ])('of %s is %i', (address, bits) => {
    expect(significantBits(address)).toBe(bits);
  });

  test.each(['1:2:3', '1::2::3', '1:2:3:4:5:6:7:8::', 'fffff::', '::ffff:1.2.3.4', 'x::'])(
    'does not take %s',
    (address) => {
      expect(significantBits(address)).toBeUndefined();
    },
  );
});

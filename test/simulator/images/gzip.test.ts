import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { storeAsGzip } from '../../../src/simulator/images/gzip.ts';

describe('storeAsGzip()', () => {
  test.each([
    { size: 0, blocks: 1 },
    { size: 1, blocks: 1 },
    { size: 65_535, blocks: 1 },
    { size: 65_536, blocks: 2 },
    { size: 200_000, blocks: 4 },
  ])('wraps $size bytes in $blocks blocks that gunzip reads', ({ size, blocks }) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
    const file = storeAsGzip(bytes);
    expect(gunzipSync(file).equals(bytes)).toBe(true);
    expect(file.length).toBe(10 + blocks * 5 + size + 8);
  });

  test('is the same on every machine', () => {
    expect(storeAsGzip(Buffer.from('a')).toString('hex')).toBe(
      '1f8b08000000000000ff' + '010100feff' + '61' + '43beb7e8' + '01000000',
    );
  });
});

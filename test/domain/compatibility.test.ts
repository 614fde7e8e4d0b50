import { expect, test } from 'vitest';
import { COMPATIBILITY_NAMES } from '../../src/domain/compatibility.ts';

test('COMPATIBILITY_NAMES name each exporter once, as it stands in a configuration', () => {
  expect(new Set(COMPATIBILITY_NAMES).size).toBe(COMPATIBILITY_NAMES.length);
  for (const name of COMPATIBILITY_NAMES) expect(name).toMatch(/^[a-z]+$/);
});

import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../../src/domain/alerts/lifecycle/alert-identity.ts';

test.each([
  // Vectors of FNV-1a with 64 bits, from http://www.isthe.com/chongo/tech/comp/fnv/
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('fingerprintOf() of %j', (text, fingerprint) => {
  expect(fingerprintOf(text)).toBe(fingerprint);
});

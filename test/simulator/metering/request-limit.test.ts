import { describe, expect, test } from 'vitest';
import { createRequestLimit } from '../../../src/simulator/metering/request-limit.ts';

const CAPTURED_AT = Date.parse('2026-07-15T14:24:11.185Z');

describe('createRequestLimit()', () => {
  test('sends the headers of the capture: 2999 left, 49 seconds to the next minute', () => {
    expect(createRequestLimit().count('192.0.2.1', CAPTURED_AT)).toEqual({
      isAllowed: true,
      limit: 3_000,
      remaining: 2_999,
      resetSeconds: 49,
    });
  });

  test('refuses what is over the limit, each address by itself, until the next minute', () => {
    const requests = createRequestLimit(2);
    const ask = (address: string, at = CAPTURED_AT) => requests.count(address, at).isAllowed;
    expect([ask('a'), ask('a'), ask('a'), ask('b')]).toEqual([true, true, false, true]);
    expect(ask('a', CAPTURED_AT + 49_000)).toBe(true);
  });
});

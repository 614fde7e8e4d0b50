import { describe, expect, test } from 'vitest';
import { parseProbeTimeout } from '../../../src/web/http/probe-timeout.ts';

describe('parseProbeTimeout()', () => {
  // header, milliseconds the probe may take
  test.each([
    [undefined, undefined],
    ['10', 9_500],
    ['10.000000', 9_500],
    ['1', 500],
    ['0.6', 300],
    ['3600', 120_000],
  ])('reads %s as %s', (header, timeoutMs) => {
    expect(parseProbeTimeout(header)).toBe(timeoutMs);
  });

  test.each(['', '0', '-1', 'ten', 'NaN', 'Infinity'])('refuses %j', (header) => {
    expect(() => parseProbeTimeout(header)).toThrow(SyntaxError);
  });
});

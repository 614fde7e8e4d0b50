import { describe, expect, test } from 'vitest';
import { thresholdText } from '../../../src/cli/check/threshold-flag.ts';
import type { Problem } from '../../../src/config/problem.ts';

function read(value: string) {
  const problems: Problem[] = [];
  const place = { kind: 'flag', flag: '--warning' } as const;
  const threshold = thresholdText.read({ kind: 'scalar', place, value }, '', (problem) =>
    problems.push(problem),
  );
  return problems.length === 0 ? threshold : problems.length;
}

describe('thresholdText', () => {
  test.each([
    ['20%', { unit: 'share', share: 0.2 }],
    ['100%', { unit: 'share', share: 1 }],
    ['20', { unit: 'pulls', pulls: 20 }],
  ])('reads %s', (text, threshold) => {
    expect(read(text)).toEqual(threshold);
  });

  test.each(['0', '101%', '-5', '5.5', '20 %x', ''])('refuses %j', (text) => {
    expect(read(text)).toBe(1);
  });
});

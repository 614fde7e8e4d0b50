import { describe, expect, test } from 'vitest';
import { wholeNumber } from '../../src/cli/whole-number.ts';
import type { Problem } from '../../src/config/problem.ts';

function readText(value: string): number | string | undefined {
  const problems: Problem[] = [];
  const place = { kind: 'flag', flag: '--n' } as const;
  const number = wholeNumber(1, 20).read({ kind: 'scalar', place, value }, '', (problem) => {
    problems.push(problem);
  });
  return problems[0]?.message ?? number;
}

describe('wholeNumber()', () => {
  test.each<[text: string, read: number | string]>([
    ['1', 1],
    ['20', 20],
    ['007', 7],
    ['0', 'Out of range'],
    ['21', 'Out of range'],
    ['99999999999999999999', 'Out of range'],
    ['-1', 'Not a whole number'],
    ['1.5', 'Not a whole number'],
    ['1e1', 'Not a whole number'],
    ['0x10', 'Not a whole number'],
    [' 5', 'Not a whole number'],
    ['', 'Not a whole number'],
    ['20%', 'Not a whole number'],
  ])('reads %j as %s', (text, read) => {
    expect(readText(text)).toBe(read);
  });
});

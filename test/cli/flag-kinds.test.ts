import { describe, expect, test } from 'vitest';
import { parseIsoTime, thresholdText, wholeNumber } from '../../src/cli/flag-kinds.ts';
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

test.each([
  ['2026-11-23T21:00:00Z', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23T21:00:00.125Z', Date.UTC(2026, 10, 23, 21) + 125],
  ['2026-11-23T21:00Z', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23T22:00:00+01:00', Date.UTC(2026, 10, 23, 21)],
  ['2026-11-23t21:00:00z', Date.UTC(2026, 10, 23, 21)],
])('parseIsoTime() reads %s', (text, at) => {
  expect(parseIsoTime(text)).toBe(at);
});

// A time without its offset would mean another moment on each machine.
test.each([
  '',
  'now',
  '2026-11-23',
  '2026-11-23T21:00:00',
  '2026-13-23T21:00:00Z',
  '1795467600',
  '23.11.2026',
])('parseIsoTime() rejects %j', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});

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

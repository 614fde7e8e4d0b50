import { describe, expect, test } from 'vitest';
import { parseDays, parseHours, parseMinute } from '../../../src/simulator/scenario/week-time.ts';

describe('parseDays()', () => {
  /** What is written; the days, Monday first. */
  test.each([
    ['mon', '1000000'],
    ['mon-fri', '1111100'],
    ['sat, sun', '0000011'],
    ['fri-mon', '1000111'],
    ['mon-sun', '1111111'],
    ['tue-wed,sun', '0110001'],
  ])('reads %j', (text, expected) => {
    expect(parseDays(text)?.map(Number).join('')).toBe(expected);
  });

  test.each(['', 'monday', 'mon-', 'mon-tue-wed', 'mon fri', 1, null])('refuses %j', (value) => {
    expect(parseDays(value)).toBeUndefined();
  });
});

describe('parseHours()', () => {
  test.each([
    ['08:00-18:00', 480, 1_080],
    ['22:00-06:00', 1_320, 360],
    ['00:00-24:00', 0, 1_440],
  ])('reads %j', (text, from, to) => {
    expect(parseHours(text)).toEqual({ from, to });
  });

  test.each(['8-18', '08:00', '08:00-25:00', '24:00-08:00', 8])('refuses %j', (value) => {
    expect(parseHours(value)).toBeUndefined();
  });
});

test.each(['9:00', '24:00', '09:60', '09:00:00', 540])('parseMinute() refuses %j', (value) => {
  expect(parseMinute(value)).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import {
  createZone,
  midnightOf,
  minuteOf,
  parseDays,
  parseHours,
  parseMinute,
  weekdayOf,
} from '../../../src/simulator/scenario/time.ts';

/** A zone; an instant; what clocks show there then, as if it were UTC. */
const ROWS = [
  ['UTC', '2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'],
  ['Europe/Berlin', '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z'],
  ['Europe/Berlin', '2026-07-15T09:00:00Z', '2026-07-15T11:00:00Z'],
  ['Asia/Kathmandu', '2026-11-23T09:00:00Z', '2026-11-23T14:45:00Z'],
  ['America/New_York', '2026-11-23T02:30:00Z', '2026-11-22T21:30:00Z'],
  // The last and the first minute of summer time
  ['Europe/Berlin', '2026-10-25T00:59:59Z', '2026-10-25T02:59:59Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z'],
] as const;

describe('createZone()', () => {
  test.each(ROWS)('returns the local time in %s at %s', (name, instant, shown) => {
    expect(createZone(name).wallTime(Date.parse(instant))).toBe(Date.parse(shown));
  });

  test.each(ROWS)('finds the instant in %s at which it is %s', (name, instant, shown) => {
    const zone = createZone(name);
    const found = zone.instantOf(Date.parse(shown));
    // An hour that clocks show twice is one of its two instants.
    expect(zone.wallTime(found)).toBe(Date.parse(shown));
    if (!instant.includes('10-25T0')) expect(found).toBe(Date.parse(instant));
  });

  test('finds a moment for a time that clocks never show', () => {
    const at = createZone('Europe/Berlin').instantOf(Date.parse('2026-03-29T02:30:00Z'));
    expect(new Date(at).toISOString()).toMatch(/^2026-03-29T0[01]:30/);
  });

  test('refuses a zone that there is not', () => {
    expect(() => createZone('Mars/Olympus')).toThrow(RangeError);
  });
});

test('weekdayOf(), minuteOf() and midnightOf() read what clocks show', () => {
  const monday = Date.parse('2026-11-23T09:30:59Z');
  expect(weekdayOf(monday)).toBe(0);
  expect(weekdayOf(monday + 6 * 86_400_000)).toBe(6);
  expect(minuteOf(monday)).toBe(570);
  expect(midnightOf(monday)).toBe(Date.parse('2026-11-23T00:00:00Z'));
});

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

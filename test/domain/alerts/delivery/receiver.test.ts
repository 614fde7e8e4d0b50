import { describe, expect, test } from 'vitest';
import { isQuiet } from '../../../../src/domain/alerts/delivery/receiver.ts';

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const WEEKEND = [6, 0];
const NINE = 9 * 60;
const TEN_PM = 22 * 60;

describe('isQuiet()', () => {
  test.each([
    // from, to, zone, days, moment (2026-11-23 is a Monday), quiet
    ['within a day', 60, NINE, 'UTC', ALL_DAYS, '2026-11-23T08:59:59Z', true],
    ['its end is not', 60, NINE, 'UTC', ALL_DAYS, '2026-11-23T09:00:00Z', false],
    ['over midnight, before it', TEN_PM, NINE, 'UTC', ALL_DAYS, '2026-11-23T22:00:00Z', true],
    ['over midnight, after it', TEN_PM, NINE, 'UTC', ALL_DAYS, '2026-11-24T08:59:00Z', true],
    ['over midnight, by day', TEN_PM, NINE, 'UTC', ALL_DAYS, '2026-11-24T12:00:00Z', false],
    ['by the local time', TEN_PM, NINE, 'Asia/Tokyo', ALL_DAYS, '2026-11-23T13:00:00Z', true],
    ['by the local summer time', TEN_PM, NINE, 'Europe/Berlin', ALL_DAYS, '2026-07-01T20:00:00Z', true],
    ['by the local winter time', TEN_PM, NINE, 'Europe/Berlin', ALL_DAYS, '2026-11-23T20:59:00Z', false],
    ['on another day', 60, NINE, 'UTC', WEEKEND, '2026-11-23T02:00:00Z', false],
    ['the night that began on Sunday', TEN_PM, NINE, 'UTC', WEEKEND, '2026-11-23T02:00:00Z', true],
    ['the night that began on Friday', TEN_PM, NINE, 'UTC', WEEKEND, '2026-11-28T02:00:00Z', false],
    ['all day', 0, 0, 'UTC', WEEKEND, '2026-11-28T12:00:00Z', true],
  ])('%s', (_, fromMinute, toMinute, timeZone, days, moment, quiet) => {
    expect(isQuiet({ fromMinute, toMinute, timeZone, days }, Date.parse(moment))).toBe(quiet);
  });
});

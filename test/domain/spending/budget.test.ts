import { describe, expect, test } from 'vitest';
import { judgeBudget, periodOf } from '../../../src/domain/spending/budget.ts';
import type { Budget } from '../../../src/domain/spending/spending-config.ts';
import type { TeamHour } from '../../../src/domain/spending/team-usage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** A Wednesday. */
const TODAY = Date.UTC(2026, 10, 25);

/** Returns hours from `from` (included) to `to` (not included). */
function hoursBetween(from: number, to: number, pullsAt: (at: number) => number): TeamHour[] {
  const hours: TeamHour[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    const pulls = pullsAt(at);
    if (pulls > 0) hours.push({ at, pulls });
  }
  return hours;
}

function budget(per: Budget['per'], pulls = 100): Budget {
  return { team: 'shop', pulls, per };
}

describe('periodOf()', () => {
  test.each<[Budget['per'], string, string, string]>([
    ['hour', '2026-11-25T09:59:59Z', '2026-11-25T09:00:00Z', '2026-11-25T10:00:00Z'],
    ['day', '2026-11-25T00:00:00Z', '2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z'],
    ['week', '2026-11-29T23:00:00Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
    ['week', '2026-11-30T00:00:00Z', '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z'],
    ['month', '2026-12-31T23:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ])('the %s of %s', (per, at, from, to) => {
    expect(periodOf(per, Date.parse(at))).toEqual({ from: Date.parse(from), to: Date.parse(to) });
  });
});

describe('judgeBudget()', () => {
  const steady = hoursBetween(TODAY - 5 * WEEK_MS, TODAY + 12 * HOUR_MS, () => 10);

  test('forecasts the rest of the day from the same hours of earlier weeks', () => {
    const status = judgeBudget(budget('day'), steady, TODAY - 5 * WEEK_MS, TODAY + 12 * HOUR_MS);
    expect(status).toEqual({
      budget: budget('day'),
      from: TODAY,
      to: TODAY + DAY_MS,
      knownUntil: TODAY + 12 * HOUR_MS,
      spent: 120,
      forecast: { low: 240, likely: 240, high: 240 },
    });
  });

  test('follows the time of day: a build at 20:00 is still to come', () => {
    const nightly = hoursBetween(TODAY - 5 * WEEK_MS, TODAY + 12 * HOUR_MS, (at) =>
      new Date(at).getUTCHours() === 20 ? 500 : 1,
    );
    const { spent, forecast } = judgeBudget(
      budget('day'),
      nightly,
      TODAY - 5 * WEEK_MS,
      TODAY + 12 * HOUR_MS,
    );
    expect({ spent, forecast }).toEqual({ spent: 12, forecast: { low: 523, likely: 523, high: 523 } });
  });

  test('scales the rest if the team pulls more than in earlier weeks, and states the range of those weeks', () => {
    const busy = hoursBetween(TODAY - 5 * WEEK_MS, TODAY + 12 * HOUR_MS, (at) => {
      if (at >= TODAY) return 200;
      return at >= TODAY - 2 * WEEK_MS ? 150 : 50;
    });
    const { spent, forecast } = judgeBudget(budget('day'), busy, TODAY - 5 * WEEK_MS, TODAY + 12 * HOUR_MS);
    expect(spent).toBe(2_400);
    expect(forecast?.likely).toBeGreaterThan(4_500);
    expect(forecast?.likely).toBeLessThan(4_900);
    expect(forecast?.low).toBeLessThan(3_700);
    expect(forecast?.high).toBeGreaterThan(5_800);
  });

  test('without earlier weeks the rate so far continues, with a wide range', () => {
    const hours = hoursBetween(TODAY, TODAY + 6 * HOUR_MS, () => 10);
    expect(judgeBudget(budget('day'), hours, TODAY, TODAY + 6 * HOUR_MS).forecast).toEqual({
      low: 60,
      likely: 240,
      high: 420,
    });
  });

  test('states no forecast at the begin of a period without earlier weeks', () => {
    const hours = hoursBetween(TODAY, TODAY + 2 * HOUR_MS, () => 10);
    expect(judgeBudget(budget('day'), hours, TODAY, TODAY + 2 * HOUR_MS)).toMatchObject({
      spent: 20,
      forecast: undefined,
    });
  });

  test('a complete period is its own forecast', () => {
    const status = judgeBudget(budget('month'), steady, TODAY - 5 * WEEK_MS, Date.UTC(2026, 10, 1));
    expect(status.from).toBe(Date.UTC(2026, 9, 1));
    expect(status.forecast).toEqual({ low: status.spent, likely: status.spent, high: status.spent });
  });

  test('forecasts a month from earlier weeks only if they are complete', () => {
    const firstAt = TODAY - 12 * WEEK_MS;
    const long = hoursBetween(firstAt, TODAY, () => 10);
    const month = judgeBudget(budget('month'), long, firstAt, TODAY);
    expect(month.spent).toBe(24 * 24 * 10);
    expect(month.forecast).toEqual({ low: 7_200, likely: 7_200, high: 7_200 });
  });
});

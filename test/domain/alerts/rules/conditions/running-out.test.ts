import { describe, expect, test } from 'vitest';
import { evaluateRunningOut } from '../../../../../src/domain/alerts/rules/conditions/running-out.ts';
import type { Forecast } from '../../../../../src/domain/forecast/forecast.ts';
import { left, MINUTE_MS, NOW, watchedOf } from '../../watched-of.ts';

const CONDITION = { when: 'running_out', withinMs: 15 * MINUTE_MS } as const;
const CONTEXT = { isExhausted: false, now: NOW };

function emptyIn(minutes: number | undefined): Forecast {
  const likely = minutes === undefined ? undefined : NOW + minutes * MINUTE_MS;
  return {
    kind: 'forecast',
    at: NOW,
    remaining: 30,
    limit: 100,
    refill: null,
    window: { kind: 'sliding', weight: 1 },
    returns: [],
    ratePerHour: { low: 1, likely: 2, high: 3 },
    exhaustion: likely === undefined ? null : { earliest: likely, likely, latest: null },
    risk: 0.5,
  };
}

describe('evaluateRunningOut()', () => {
  test.each([
    [14, 'holds'],
    [16, 'stays'],
    [31, 'clear'],
    [undefined, 'clear'],
  ])('empty in %s minutes: %s', (minutes, verdict) => {
    const members = [watchedOf({ known: left(30), forecast: emptyIn(minutes) })];
    expect(evaluateRunningOut(members, CONDITION, CONTEXT).verdict).toBe(verdict);
  });

  test('is overtaken when it has come true', () => {
    const members = [watchedOf({ known: left(0) })];
    expect(evaluateRunningOut(members, CONDITION, CONTEXT).verdict).toBe('overtaken');
  });

  test('says nothing without a forecast', () => {
    expect(evaluateRunningOut([watchedOf({ known: left(30) })], CONDITION, CONTEXT).verdict).toBe('unknown');
  });
});

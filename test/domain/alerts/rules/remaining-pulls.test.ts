import { describe, expect, test } from 'vitest';
import type { AlertSubject } from '../../../../src/domain/alerts/alert.ts';
import {
  evaluateExhausted,
  evaluateLow,
  evaluateRunningOut,
  isSubjectGone,
} from '../../../../src/domain/alerts/rules/remaining-pulls.ts';
import type { Forecast } from '../../../../src/domain/forecast/forecast.ts';
import { accountAlert } from '../sample-alerts.ts';
import { FAILED, left, MINUTE_MS, NOW, snapshotWith } from '../snapshots.ts';

const HOUR_MS = 3_600_000;
const CI = new Set(['ci']);
const LOGIN: AlertSubject = { kind: 'credential', key: 'credential ci', source: undefined };

function windowOf(windowSeconds: number | undefined) {
  return accountAlert('acme', { facts: { ...accountAlert('acme').facts, windowSeconds } });
}

describe('isSubjectGone()', () => {
  // the window of the bucket in seconds, how long no probe has seen it, whether its alert ends
  test.each([
    [3_600, HOUR_MS - 1, false],
    [3_600, HOUR_MS, true],
    [21_600, HOUR_MS, false],
    [undefined, 6 * HOUR_MS - 1, false],
    [undefined, 6 * HOUR_MS, true],
  ])('a bucket with a window of %j s, unseen for %j ms: %j', (windowSeconds, unseenMs, left) => {
    expect(isSubjectGone(windowOf(windowSeconds), CI, NOW + unseenMs)).toBe(left);
  });

  test('at once where none of its credentials is configured any more', () => {
    const alert = accountAlert('acme', { credentials: ['ci', 'web'] });
    expect(isSubjectGone(alert, new Set(['web']), NOW)).toBe(false);
    expect(isSubjectGone(alert, new Set(['other']), NOW)).toBe(true);
  });

  test('at once where it is no bucket, which alone can come back', () => {
    expect(isSubjectGone(accountAlert('acme', { subject: LOGIN }), CI, NOW)).toBe(true);
  });
});

const CONTEXT = { isExhausted: false, now: NOW };

describe('evaluateExhausted()', () => {
  test.each([
    // remaining, how long that must last, in minutes
    ['a little has come back', 5, 60],
    ['a tenth has come back', 10, 30],
    ['a quarter has come back', 25, 0],
    ['everything has come back, which the hub has said by mistake', 100, 1.5],
  ])('clears when %s, as soon as it has lasted', (_, remaining, minutes) => {
    const members = [snapshotWith({ known: left(remaining) })];

    const evaluation = evaluateExhausted(members, CONTEXT);

    expect(evaluation).toMatchObject({ verdict: 'clear', settleMs: minutes * MINUTE_MS });
  });

  test.each([[0], [-3]])('holds at %d', (remaining) => {
    const evaluation = evaluateExhausted([snapshotWith({ known: left(remaining) })], CONTEXT);
    expect(evaluation).toMatchObject({ verdict: 'holds', since: NOW - MINUTE_MS, facts: { remaining } });
  });

  test('holds through a failed probe as long as the value is believed', () => {
    const evaluation = evaluateExhausted([snapshotWith({ known: left(0), latest: FAILED })], CONTEXT);
    expect(evaluation.verdict).toBe('holds');
  });

  test('returns nothing once the value is too old, or where there is none', () => {
    const old = snapshotWith({ known: left(50), knownAt: NOW - 4 * MINUTE_MS, latest: FAILED });
    expect(evaluateExhausted([old], CONTEXT).verdict).toBe('unknown');
    expect(evaluateExhausted([snapshotWith({ latest: FAILED })], CONTEXT).verdict).toBe('unknown');
  });

  test('uses the lowest of one round of polls, and the newest of two', () => {
    const empty = snapshotWith({ name: 'a', known: left(0), knownAt: NOW - 5_000 });
    const full = snapshotWith({ name: 'b', known: left(100), knownAt: NOW - 1_000 });
    const before = snapshotWith({ name: 'c', known: left(0), knownAt: NOW - MINUTE_MS });
    expect(evaluateExhausted([empty, full], CONTEXT).verdict).toBe('holds');
    expect(evaluateExhausted([before, full], CONTEXT).verdict).toBe('clear');
  });

  test('clears at once when nothing is metered any more', () => {
    const paid = snapshotWith({ known: { kind: 'unlimited', source: undefined } });
    expect(evaluateExhausted([paid], CONTEXT)).toMatchObject({ verdict: 'clear', settleMs: 0 });
  });

  test('assumes six hours for an unnamed window', () => {
    const members = [snapshotWith({ known: left(1, { windowSeconds: undefined }) })];
    expect(evaluateExhausted(members, CONTEXT)).toMatchObject({ settleMs: 360 * MINUTE_MS });
  });
});

const SHARE = {
  when: 'low',
  below: { unit: 'share', share: 0.2 },
  clearAt: { unit: 'share', share: 0.25 },
} as const;
const PULLS = {
  when: 'low',
  below: { unit: 'pulls', pulls: 30 },
  clearAt: { unit: 'pulls', pulls: 40 },
} as const;

describe('evaluateLow()', () => {
  test.each([
    // remaining of 100
    [19, 'holds'],
    [20, 'stays'],
    [24, 'stays'],
    [25, 'clear'],
  ])('by share: %d of 100 %s', (remaining, verdict) => {
    const members = [snapshotWith({ known: left(remaining) })];
    expect(evaluateLow(members, SHARE, { isExhausted: false, now: NOW }).verdict).toBe(verdict);
  });

  test.each([
    [29, 'holds'],
    [39, 'stays'],
    [40, 'clear'],
  ])('by pulls: %d %s', (remaining, verdict) => {
    const members = [snapshotWith({ known: left(remaining) })];
    expect(evaluateLow(members, PULLS, { isExhausted: false, now: NOW }).verdict).toBe(verdict);
  });

  test('neither begins nor ends while the alert for an exhausted bucket fires', () => {
    const members = [snapshotWith({ known: left(0) })];
    expect(evaluateLow(members, SHARE, { isExhausted: true, now: NOW }).verdict).toBe('stays');
    expect(evaluateLow(members, SHARE, { isExhausted: false, now: NOW }).verdict).toBe('holds');
  });

  test('a full bucket is not low, for any number of required pulls', () => {
    const members = [snapshotWith({ known: left(10, { limit: 10 }) })];
    expect(evaluateLow(members, PULLS, { isExhausted: false, now: NOW }).verdict).toBe('clear');
  });

  test('doubts a bucket that is suddenly full', () => {
    const members = [snapshotWith({ known: left(100) })];
    const evaluation = evaluateLow(members, SHARE, { isExhausted: false, now: NOW });
    expect(evaluation).toMatchObject({ verdict: 'clear', settleMs: 90_000, isDoubtful: true });
  });
});

const CONDITION = { when: 'running_out', withinMs: 15 * MINUTE_MS } as const;
const RUNNING_OUT_CONTEXT = { isExhausted: false, now: NOW };

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
    const members = [snapshotWith({ known: left(30), forecast: emptyIn(minutes) })];
    expect(evaluateRunningOut(members, CONDITION, RUNNING_OUT_CONTEXT).verdict).toBe(verdict);
  });

  test('is overtaken when it has come true', () => {
    const members = [snapshotWith({ known: left(0) })];
    expect(evaluateRunningOut(members, CONDITION, RUNNING_OUT_CONTEXT).verdict).toBe('overtaken');
  });

  test('returns nothing without a forecast', () => {
    expect(
      evaluateRunningOut([snapshotWith({ known: left(30) })], CONDITION, RUNNING_OUT_CONTEXT).verdict,
    ).toBe('unknown');
  });
});

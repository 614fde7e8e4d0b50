import { describe, expect, test } from 'vitest';
import type { HistoryPoint } from '../../../src/domain/history/query.ts';
import { type HistoryQuery, HistoryQueryError } from '../../../src/domain/history/query.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { anonymous, MINUTE_MS, START_AT } from '../fixtures.ts';
import { createFixture, DAY_MS, HOUR_MS, left } from './sqlite-fixture.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };

type Fixture = ReturnType<typeof createFixture>;

/** One answer a minute for so many hours, a pull every five minutes, and none of them comes back meanwhile. */
function recordHours(fixture: Fixture, hours: number): void {
  for (let minute = 0; minute < hours * 60; minute += 1) {
    fixture.recordMinutes([left(1_000 - Math.floor(minute / 5), { limit: 1_000, windowSeconds: 604_800 })]);
    if (minute % 60 === 59) fixture.tick(3);
  }
}

function seriesOf(fixture: Fixture, step: 'raw' | 'auto' | number, from: number, to: number) {
  const series = fixture.history().series('anonymous', { from, to, step });
  if (!series) throw new Error('There is no series');
  return series;
}

function sumOf(points: readonly HistoryPoint[]): number {
  return points.reduce((sum, { spent }) => sum + (spent ?? 0), 0);
}

describe('series() of raw results', () => {
  test('returns the pulls spent since the point before', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(76), left(70), left(70), FAILED, left(69)]);
    const { points, stepMs } = seriesOf(fixture, 'raw', START_AT, fixture.now());
    expect(stepMs).toBeNull();
    expect(points.map(({ spent }) => spent)).toEqual([null, 6, 0, null, 1]);
    expect(points[0]).toEqual({
      at: START_AT,
      remaining: 76,
      limit: 100,
      windowSeconds: 21_600,
      spent: null,
      outcome: 'limited',
    });
  });

  test('begins at from and ends before to', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(76), left(75), left(74)]);
    const { points } = seriesOf(fixture, 'raw', START_AT + MINUTE_MS, START_AT + 2 * MINUTE_MS);
    expect(points.map(({ remaining }) => remaining)).toEqual([75]);
  });

  test('marks a time in which there was no probe', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(76), left(75), left(74)]);
    fixture.pass(HOUR_MS);
    fixture.recordMinutes([left(70), left(69)]);
    const { points } = seriesOf(fixture, 'raw', START_AT, fixture.now());
    expect(points.map(({ remaining, outcome }) => [remaining, outcome])).toEqual([
      [76, 'limited'],
      [75, 'limited'],
      [74, 'limited'],
      [null, null],
      [70, 'limited'],
      [69, 'limited'],
    ]);
  });

  test('returns the same pulls before and after the roll-up', () => {
    const fixture = createFixture();
    recordHours(fixture, 4);
    const before = seriesOf(fixture, 'raw', START_AT, fixture.now());
    fixture.pass(DAY_MS);
    fixture.tick(50);
    const after = seriesOf(fixture, 'raw', START_AT, before.to);
    expect(sumOf(before.points)).toBe(47);
    expect(after.points).toEqual(before.points);
  });

  test('rejects more points than the maximum, for which "auto" returns cells', () => {
    const fixture = createFixture();
    recordHours(fixture, 34);
    expect(() => seriesOf(fixture, 'raw', START_AT, fixture.now())).toThrow('more than 2000 results');
    expect(seriesOf(fixture, 'auto', START_AT, fixture.now()).stepMs).toBe(5 * MINUTE_MS);
    expect(seriesOf(fixture, 'auto', START_AT, START_AT + DAY_MS).stepMs).toBeNull();
  });
});

describe('series() of cells', () => {
  test.each([
    ['5m', 5 * MINUTE_MS],
    ['15m', 15 * MINUTE_MS],
    ['1h', HOUR_MS],
    ['6h', 6 * HOUR_MS],
  ])('sums up as much in %s as the results say, complete hours and the newest', (_, step) => {
    const fixture = createFixture();
    recordHours(fixture, 12);
    const { points } = seriesOf(fixture, step, START_AT, fixture.now());
    expect(points).toHaveLength((12 * HOUR_MS) / step);
    expect(sumOf(points)).toBe(143);
    expect(points.at(-1)).toMatchObject({
      remaining: 857,
      limit: 1_000,
      windowSeconds: 604_800,
      outcome: 'limited',
    });
  });

  test('counts pulls between the first two polls, also if these are seconds apart', () => {
    const fixture = createFixture();
    fixture.record(left(100));
    fixture.pass(7_000);
    for (const remaining of [80, 80, 76]) {
      fixture.record(left(remaining));
      fixture.pass(7_000);
    }
    const { points } = seriesOf(fixture, 5 * MINUTE_MS, START_AT, fixture.now());
    expect(sumOf(points)).toBe(24);
  });

  test('returns the same after a restart', () => {
    const fixture = createFixture();
    recordHours(fixture, 3);
    const before = seriesOf(fixture, HOUR_MS, START_AT, fixture.now());
    fixture.restart();
    expect(seriesOf(fixture, HOUR_MS, START_AT, fixture.now())).toEqual(before);
  });

  test('leaves cells empty in which there was no probe', () => {
    const fixture = createFixture();
    recordHours(fixture, 1);
    fixture.pass(2 * HOUR_MS);
    recordHours(fixture, 1);
    const { points } = seriesOf(fixture, HOUR_MS, START_AT, fixture.now());
    expect(points.map(({ outcome }) => outcome)).toEqual(['limited', null, null, 'limited']);
    expect(points[1]).toEqual({
      at: START_AT + HOUR_MS,
      remaining: null,
      limit: null,
      windowSeconds: null,
      spent: null,
      outcome: null,
    });
  });

  test('passes over a reading of full that was taken back', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(66), left(66), left(100), left(65), left(65)]);
    fixture.pass(DAY_MS);
    fixture.tick(20);
    const [cell] = seriesOf(fixture, 5 * MINUTE_MS, START_AT, START_AT + 5 * MINUTE_MS).points;
    expect(cell).toMatchObject({ remaining: 65, spent: 1 });
  });

  test.each([
    [
      'nothing that ends before it begins',
      { from: 2, to: 1, step: 'auto' },
      'The range is empty: from must be before to',
    ],
    [
      'no step that is not a multiple of five minutes',
      { from: 0, to: DAY_MS, step: 7 * MINUTE_MS },
      'The step is not a multiple of 5m: 7m; allowed are raw and such multiples',
    ],
    [
      'no more than 2,000 points',
      { from: 0, to: 7 * DAY_MS, step: 5 * MINUTE_MS },
      'The answer would have more than 2000 points; the shortest step for this range is 10m',
    ],
  ] as const)('answers %s', (_, query, message) => {
    expect(() => createFixture().history().series('anonymous', query)).toThrow(message);
  });

  test('returns undefined for a credential that is not configured', () => {
    expect(createFixture().history().series('other', { from: 0, to: 1, step: 'auto' })).toBeUndefined();
  });
});

describe('retention', () => {
  test('keeps results for 7 days and cells for as long as is configured', () => {
    const fixture = createFixture({ retentionMs: 20 * DAY_MS });
    recordHours(fixture, 1);
    fixture.pass(8 * DAY_MS);
    recordHours(fixture, 1);
    fixture.tick(20);
    expect(seriesOf(fixture, 'raw', START_AT, START_AT + HOUR_MS).points).toEqual([]);
    expect(sumOf(seriesOf(fixture, HOUR_MS, START_AT, START_AT + HOUR_MS).points)).toBe(11);
    fixture.pass(13 * DAY_MS);
    fixture.tick(20);
    expect(seriesOf(fixture, HOUR_MS, START_AT, START_AT + HOUR_MS).points).toMatchObject([{ spent: null }]);
  });
});

describe('recentSamples()', () => {
  test('returns the limits of the results since then', () => {
    const fixture = createFixture();
    fixture.recordMinutes([left(76), left(75), FAILED]);
    fixture.restart();
    const identity = fixture.history().states()[0]?.identity;
    expect(identity && fixture.history().recentSamples(identity, START_AT + 1)).toEqual([
      {
        kind: 'limited',
        at: START_AT + MINUTE_MS,
        limit: 100,
        remaining: 75,
        windowSeconds: 21_600,
        source: '192.0.2.1',
      },
      { kind: 'missed', at: START_AT + 2 * MINUTE_MS },
    ]);
  });
});

const [HERE, THERE] = ['192.0.2.1', '192.0.2.2'];
const HOUR = { from: START_AT, to: START_AT + HOUR_MS } as const;

function fixtureOf(...names: readonly string[]): Fixture {
  return createFixture({ identities: names.map((name) => anonymous(name)) });
}

/** Polls the credentials in turn, one answer a minute, of a bucket from which a pull goes each minute. */
function recordInTurn(fixture: Fixture, names: readonly string[], minutes: number, source = HERE): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    fixture.record(left(100 - minute, { source }), names[minute % names.length]);
    fixture.pass(MINUTE_MS);
  }
}

function pointsOf(fixture: Fixture, query: HistoryQuery, source = HERE) {
  return fixture.history().bucketSeries(source, query)?.points ?? [];
}

function spentIn(fixture: Fixture, query: HistoryQuery, source = HERE): number {
  return pointsOf(fixture, query, source).reduce((sum, { spent }) => sum + (spent ?? 0), 0);
}

describe('bucketSeries()', () => {
  test('joins the results of its credentials in time, and what was spent between them', () => {
    const fixture = fixtureOf('a', 'b');
    recordInTurn(fixture, ['a', 'b'], 4);
    const series = fixture.history().bucketSeries(HERE, { ...HOUR, step: 'raw' });
    expect(series).toMatchObject({ name: HERE, ...HOUR, stepMs: null });
    const told = series?.points.map(({ at, remaining, spent }) => [
      (at - START_AT) / MINUTE_MS,
      remaining,
      spent,
    ]);
    expect(told).toEqual([
      [0, 100, null],
      [1, 99, 1],
      [2, 98, 1],
      [3, 97, 1],
    ]);
  });

  // What is polled each minute, and whether the hour has been summed up.
  test.each([
    [['a'], false],
    [['a', 'b'], false],
    [['a', 'b'], true],
  ])('counts in cells what %j see once (summed up: %j)', (names, isRolled) => {
    const fixture = fixtureOf('a', 'b');
    for (let minute = 0; minute < 60; minute += 1) {
      for (const name of names) fixture.record(left(100 - minute), name);
      fixture.pass(MINUTE_MS);
    }
    if (isRolled) {
      fixture.pass(HOUR_MS);
      fixture.tick(20);
    }
    expect(spentIn(fixture, { ...HOUR, step: 5 * MINUTE_MS })).toBe(59);
    expect(spentIn(fixture, { ...HOUR, step: HOUR_MS })).toBe(59);
    expect(spentIn(fixture, { ...HOUR, step: 'raw' })).toBe(59);
  });

  test('counts each pull once if the credentials begin in turn, at any distance', () => {
    const fixture = fixtureOf('a', 'b');
    fixture.pass(150_000);
    // The first cell is observed longer by b, the second one as long by both; all pulls are between a poll of b and one of a.
    const rounds = Array.from({ length: 9 }, (_, round) => 100 - 10 * round);
    for (const remaining of rounds) {
      fixture.record(left(remaining), 'b');
      fixture.pass(5_000);
      fixture.record(left(remaining - 10), 'a');
      fixture.pass(30_000);
    }
    expect(spentIn(fixture, { ...HOUR, step: 5 * MINUTE_MS })).toBe(80);
  });

  // The step; the times of the points at which something is known, in minutes.
  test.each<[HistoryQuery['step'], number[]]>([
    ['raw', [60, 61, 62]],
    [5 * MINUTE_MS, [60]],
  ])('leaves out what a credential was told elsewhere, with step %j', (step, expected) => {
    const fixture = fixtureOf('a');
    recordInTurn(fixture, ['a'], 60, THERE);
    recordInTurn(fixture, ['a'], 3, HERE);
    const known = pointsOf(fixture, { from: START_AT, to: START_AT + 2 * HOUR_MS, step })
      .filter(({ remaining }) => remaining !== null)
      .map(({ at }) => (at - START_AT) / MINUTE_MS);
    expect(known).toEqual(expected);
  });

  test('leaves out what failed', () => {
    const fixture = fixtureOf('a', 'b');
    recordInTurn(fixture, ['a'], 3);
    fixture.record(FAILED, 'b');
    fixture.record(FAILED, 'a');
    const points = pointsOf(fixture, { ...HOUR, step: 'raw' });
    expect(points.map(({ outcome }) => outcome)).toEqual(['limited', 'limited', 'limited']);
  });

  test('is filled by one credential where another has no probe', () => {
    const fixture = fixtureOf('a', 'b');
    recordInTurn(fixture, ['a'], 30);
    recordInTurn(fixture, ['b'], 30);
    const remaining = pointsOf(fixture, { ...HOUR, step: 5 * MINUTE_MS }).map((point) => point.remaining);
    expect(remaining).toHaveLength(12);
    expect(remaining).not.toContain(null);
  });

  test('answers in cells, or refuses, when its credentials have too many results together', () => {
    const fixture = fixtureOf('a', 'b');
    for (let minute = 0; minute < 1_100; minute += 1) {
      for (const name of ['a', 'b']) fixture.record(left(100), name);
      fixture.pass(MINUTE_MS);
    }
    const day = { from: START_AT, to: START_AT + DAY_MS };
    expect(fixture.history().bucketSeries(HERE, { ...day, step: 'auto' })?.stepMs).toBe(5 * MINUTE_MS);
    expect(() => pointsOf(fixture, { ...day, step: 'raw' })).toThrow(HistoryQueryError);
  });

  test('returns undefined for a source that no credential reported last', () => {
    const fixture = fixtureOf('a');
    recordInTurn(fixture, ['a'], 1, THERE);
    recordInTurn(fixture, ['a'], 1, HERE);
    expect(fixture.history().bucketSeries(THERE, { ...HOUR, step: 'raw' })).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { gapAt, type HistoryChange } from '../../../src/domain/history/query.ts';
import { changesIn, findSpans, toAlertNotes, toNotes } from '../../../src/web/charts/annotations.ts';
import { lowAlert, silence } from '../alert-service.ts';
import { answered, HOUR_MS, MINUTE_MS, seriesOf, unanswered } from '../history-points.ts';
import { NOW } from '../states.ts';

const START = NOW - HOUR_MS;
const minute = (i: number) => START + i * MINUTE_MS;
const fullHour = Array.from({ length: 60 }, (_, i) => answered(minute(i), 50));

function spansOf(...args: Parameters<typeof seriesOf>) {
  return findSpans(seriesOf(...args)).map(({ kind, from, to }) => [
    kind,
    (from - START) / MINUTE_MS,
    (to - START) / MINUTE_MS,
  ]);
}

describe('findSpans()', () => {
  test('is content with an hour of answers', () => {
    expect(spansOf(fullHour)).toEqual([]);
  });

  test('joins failures that follow each other, until the next answer', () => {
    const points = fullHour.with(10, unanswered(minute(10))).with(11, unanswered(minute(11)));
    expect(spansOf(points.with(20, unanswered(minute(20), 'blocked')))).toEqual([
      ['failed', 10, 12],
      ['blocked', 20, 21],
    ]);
  });

  test('fills a silence between two results', () => {
    const points = [...fullHour.slice(0, 20), gapAt(minute(25)), ...fullHour.slice(30)];
    expect(spansOf(points)).toEqual([['gap', 19, 30]]);
  });

  test('sees the silence before the first result and after the last', () => {
    expect(spansOf(fullHour.slice(20, 40))).toEqual([
      ['gap', 0, 20],
      ['gap', 39, 60],
    ]);
    expect(spansOf([])).toEqual([['gap', 0, 60]]);
  });

  test('a failure before a silence counts no longer than it lasted', () => {
    const points = [answered(minute(0), 5), unanswered(minute(1)), gapAt(minute(20)), ...fullHour.slice(40)];
    expect(spansOf(points)).toEqual([
      ['failed', 1, 2],
      ['gap', 1, 40],
    ]);
  });

  test('uses cells with their length', () => {
    const stepMs = 15 * MINUTE_MS;
    const points = [
      answered(START, 5),
      gapAt(START + stepMs),
      gapAt(START + 2 * stepMs),
      unanswered(START + 3 * stepMs),
    ];
    expect(spansOf(points, { stepMs })).toEqual([
      ['gap', 15, 45],
      ['failed', 45, 60],
    ]);
  });
});

describe('toNotes()', () => {
  test('states what changed, in the order of time', () => {
    const changes: HistoryChange[] = [
      { kind: 'source', at: 3, from: '192.0.2.1', to: 'acme\u202E"><script>' },
      { kind: 'limit', at: 1, from: 100, to: 2_000 },
      { kind: 'window', at: 2, from: 21_600, to: 3_600 },
    ];
    expect(toNotes(changes).map(({ words }) => words)).toEqual([
      'Limit 100 → 2,000',
      'Window 6 hours → 1 hour',
      'Source 192.0.2.1 → acme "><script>',
    ]);
  });

  test('counts the changes of an address pool', () => {
    const changes = Array.from(
      { length: 500 },
      (_, at): HistoryChange => ({ kind: 'source', at, from: 'a', to: 'b' }),
    );
    const notes = toNotes(changes);
    expect(notes.length).toBe(8);
    expect(notes[0]?.words).toBe('Source a → b, and 492 changes before');
  });
});

test('changesIn() finds what a history shows by itself', () => {
  const limits = [100, 100, 200, 200];
  const points = limits.map((limit, at) =>
    answered(at, 50, { limit, windowSeconds: at === 3 ? 3_600 : 21_600 }),
  );
  expect(changesIn(seriesOf(points))).toEqual([
    { kind: 'limit', at: 2, from: 100, to: 200 },
    { kind: 'window', at: 3, from: 21_600, to: 3_600 },
  ]);
});

describe('toAlertNotes()', () => {
  const all = () => true;

  test('states when an alert fired and how long it lasted', () => {
    const events = [
      { kind: 'pending', at: NOW - 2 * HOUR_MS, alert: lowAlert() },
      { kind: 'firing', at: NOW - 2 * HOUR_MS, alert: lowAlert() },
      { kind: 'resolved', at: NOW - HOUR_MS, alert: lowAlert() },
      { kind: 'silenced', at: NOW - HOUR_MS, silence: silence() },
      { kind: 'firing', at: NOW - MINUTE_MS, alert: lowAlert() },
    ] as const;
    expect(toAlertNotes(events, all)).toEqual([
      { at: NOW - 2 * HOUR_MS, kind: 'alert', words: 'RateLimitLow fired, resolved after 60 minutes' },
      { at: NOW - MINUTE_MS, kind: 'alert', words: 'RateLimitLow fired' },
    ]);
  });

  test('leaves out what is about others, and what began before', () => {
    expect(toAlertNotes([{ kind: 'resolved', at: 1, alert: lowAlert() }], all)).toEqual([]);
    expect(toAlertNotes([{ kind: 'firing', at: 1, alert: lowAlert() }], () => false)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { type HistoryQuery, HistoryQueryError } from '../../../src/domain/history/query.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { anonymous, MINUTE_MS, START_AT } from '../fixtures.ts';
import { createScene, DAY_MS, HOUR_MS, left } from './scene.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };
const [HERE, THERE] = ['192.0.2.1', '192.0.2.2'];
const HOUR = { from: START_AT, to: START_AT + HOUR_MS } as const;

type Scene = ReturnType<typeof createScene>;

function sceneOf(...names: readonly string[]): Scene {
  return createScene({ identities: names.map((name) => anonymous(name)) });
}

/** Polls the credentials in turn, one answer a minute, of a bucket from which a pull goes each minute. */
function recordInTurn(scene: Scene, names: readonly string[], minutes: number, source = HERE): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    scene.record(left(100 - minute, { source }), names[minute % names.length]);
    scene.pass(MINUTE_MS);
  }
}

function pointsOf(scene: Scene, query: HistoryQuery, source = HERE) {
  return scene.history().bucketSeries(source, query)?.points ?? [];
}

function spentIn(scene: Scene, query: HistoryQuery, source = HERE): number {
  return pointsOf(scene, query, source).reduce((sum, { spent }) => sum + (spent ?? 0), 0);
}

describe('bucketSeries()', () => {
  test('joins the results of its credentials in time, and what was spent between them', () => {
    const scene = sceneOf('a', 'b');
    recordInTurn(scene, ['a', 'b'], 4);
    const series = scene.history().bucketSeries(HERE, { ...HOUR, step: 'raw' });
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
    const scene = sceneOf('a', 'b');
    for (let minute = 0; minute < 60; minute += 1) {
      for (const name of names) scene.record(left(100 - minute), name);
      scene.pass(MINUTE_MS);
    }
    if (isRolled) {
      scene.pass(HOUR_MS);
      scene.tick(20);
    }
    expect(spentIn(scene, { ...HOUR, step: 5 * MINUTE_MS })).toBe(59);
    expect(spentIn(scene, { ...HOUR, step: HOUR_MS })).toBe(59);
    expect(spentIn(scene, { ...HOUR, step: 'raw' })).toBe(59);
  });

  // The step; the times of the points at which something is known, in minutes.
  test.each<[HistoryQuery['step'], number[]]>([
    ['raw', [60, 61, 62]],
    [5 * MINUTE_MS, [60]],
  ])('leaves out what a credential was told elsewhere, with step %j', (step, expected) => {
    const scene = sceneOf('a');
    recordInTurn(scene, ['a'], 60, THERE);
    recordInTurn(scene, ['a'], 3, HERE);
    const known = pointsOf(scene, { from: START_AT, to: START_AT + 2 * HOUR_MS, step })
      .filter(({ remaining }) => remaining !== null)
      .map(({ at }) => (at - START_AT) / MINUTE_MS);
    expect(known).toEqual(expected);
  });

  test('leaves out what failed', () => {
    const scene = sceneOf('a', 'b');
    recordInTurn(scene, ['a'], 3);
    scene.record(FAILED, 'b');
    scene.record(FAILED, 'a');
    const points = pointsOf(scene, { ...HOUR, step: 'raw' });
    expect(points.map(({ outcome }) => outcome)).toEqual(['limited', 'limited', 'limited']);
  });

  test('is filled by one credential where another did not look', () => {
    const scene = sceneOf('a', 'b');
    recordInTurn(scene, ['a'], 30);
    recordInTurn(scene, ['b'], 30);
    const remaining = pointsOf(scene, { ...HOUR, step: 5 * MINUTE_MS }).map((point) => point.remaining);
    expect(remaining).toHaveLength(12);
    expect(remaining).not.toContain(null);
  });

  test('answers in cells, or refuses, when its credentials have too many results together', () => {
    const scene = sceneOf('a', 'b');
    for (let minute = 0; minute < 1_100; minute += 1) {
      for (const name of ['a', 'b']) scene.record(left(100), name);
      scene.pass(MINUTE_MS);
    }
    const day = { from: START_AT, to: START_AT + DAY_MS };
    expect(scene.history().bucketSeries(HERE, { ...day, step: 'auto' })?.stepMs).toBe(5 * MINUTE_MS);
    expect(() => pointsOf(scene, { ...day, step: 'raw' })).toThrow(HistoryQueryError);
  });

  test('knows no bucket of a source that nobody reported last', () => {
    const scene = sceneOf('a');
    recordInTurn(scene, ['a'], 1, THERE);
    recordInTurn(scene, ['a'], 1, HERE);
    expect(scene.history().bucketSeries(THERE, { ...HOUR, step: 'raw' })).toBeUndefined();
  });
});

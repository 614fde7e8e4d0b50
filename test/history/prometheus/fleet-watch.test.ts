import { describe, expect, test } from 'vitest';
import { createMemoryKeyValueStore } from '../../../src/history/history.ts';
import { createFleetWatch, MAX_AGE_MS } from '../../../src/history/prometheus/fleet-watch.ts';
import { createOwnLabels } from '../../../src/history/prometheus/own-instance.ts';
import type { QueryResult } from '../../../src/history/prometheus/query-result.ts';
import { QueryError } from '../../../src/history/prometheus/query-result.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { limitedSeries, NOW } from './series.ts';

const SOUTH = { cluster: 'south', credential: 'ci' };
const REASON = 'http://prometheus:9090 answers 502';

/** A watch whose next answers and time a test decides. */
function watchOf(notes = createMemoryKeyValueStore()) {
  const ownLabels = createOwnLabels(notes);
  ownLabels.restore();
  const { log, lines } = createLogRecorder();
  const world = {
    monotonicMs: 0,
    answers: [] as (QueryResult | Error | Promise<QueryResult>)[],
    own: false,
    asked: 0,
  };
  const watch = createFleetWatch({
    async query() {
      world.asked += 1;
      const answer = await world.answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('No answer is left');
      return answer;
    },
    ownPolls: { has: () => world.own },
    ownLabels,
    clock: { now: () => NOW + world.monotonicMs, monotonicMs: () => world.monotonicMs },
    log,
  });
  return { watch, world, lines, ownLabels };
}

const GOOD: QueryResult = { series: limitedSeries(SOUTH, 76), warnings: [] };

describe('createFleetWatch()', () => {
  test('has no value before the first answer', () => {
    expect(watchOf().watch.view()).toEqual({
      members: [],
      readAt: undefined,
      problem: undefined,
      warning: undefined,
    });
  });

  test('keeps an answer for a minute when no other follows, and reports why', async () => {
    const { watch, world, lines } = watchOf();
    world.answers = [
      { ...GOOD, warnings: ['a store is down'] },
      new QueryError(REASON),
      new QueryError(REASON),
      GOOD,
    ];
    await watch.refresh();
    expect(watch.view()).toMatchObject({ members: [{ labels: [['cluster', 'south']] }], readAt: NOW });
    expect(watch.view().warning).toBe('a store is down');

    world.monotonicMs = MAX_AGE_MS - 1;
    await watch.refresh();
    expect(watch.view()).toMatchObject({ members: [{}], problem: REASON });

    world.monotonicMs = MAX_AGE_MS;
    await watch.refresh();
    expect(watch.view()).toEqual({ members: [], readAt: undefined, problem: REASON, warning: undefined });

    await watch.refresh();
    expect(watch.view()).toMatchObject({ members: [{}], problem: undefined });
    expect(lines.map(({ message }) => message)).toEqual([
      'The fleet cannot be read',
      'The fleet can be read again',
    ]);
  });

  test('sends one query at a time', async () => {
    const { watch, world } = watchOf();
    let answer: (given: QueryResult) => void = () => undefined;
    world.answers = [
      new Promise<QueryResult>((resolve) => {
        answer = resolve;
      }),
    ];
    const both = Promise.all([watch.refresh(), watch.refresh()]);
    expect(world.asked).toBe(1);
    answer(GOOD);
    await both;
    expect(watch.view().members).toHaveLength(1);
  });

  test('keeps its own labels when a scrape has not yet seen the newest polls', async () => {
    const { watch, world, ownLabels, lines } = watchOf();
    world.answers = [GOOD, GOOD];
    world.own = true;
    await watch.refresh();
    expect(watch.view().members).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(['Headroom has found its own series in the store']);
    world.own = false;
    await watch.refresh();
    expect(watch.view().members).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(ownLabels.all()).toEqual([[['cluster', 'south']]]);
  });

  test('does not list itself as another Headroom after a restart', async () => {
    const notes = createMemoryKeyValueStore();
    const before = watchOf(notes);
    before.world.own = true;
    before.world.answers = [GOOD];
    await before.watch.refresh();

    const { watch, world } = watchOf(notes);
    world.answers = [GOOD];
    await watch.refresh();

    expect(watch.view().members).toEqual([]);
  });

  test('is readable when the store has answered and the own series are known', async () => {
    const { watch, world } = watchOf();
    const told: string[] = [];
    void watch.whenReadable().then(() => told.push('readable'));
    world.answers = [GOOD, new QueryError(REASON), GOOD];
    await watch.refresh();
    world.own = true;
    await watch.refresh();
    expect(told).toEqual([]);
    await watch.refresh();
    expect(told).toEqual(['readable']);
    await expect(watch.whenReadable()).resolves.toBeUndefined();
  });
});

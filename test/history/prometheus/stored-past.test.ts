import { describe, expect, test } from 'vitest';
import type { EvaluationRange } from '../../../src/history/prometheus/query-client.ts';
import { type QueriedSeries, QueryError } from '../../../src/history/prometheus/query-result.ts';
import { createStoredPast, toStoredPoints } from '../../../src/history/prometheus/stored-past.ts';
import { anonymous } from '../fixtures.ts';
import { NOW } from './series.ts';

const MINUTE_MS = 60_000;

/** A series of one credential whose values are a minute apart, the last one at `NOW`; undefined is a gap. */
function minutes(
  family: string,
  values: readonly (number | undefined)[],
  labels: Readonly<Record<string, string>> = {},
): QueriedSeries {
  return {
    labels: { __name__: `dockerhub_${family}`, credential: 'ci', cluster: 'north', ...labels },
    values: values.flatMap((value, i) =>
      value === undefined ? [] : [{ at: NOW - (values.length - 1 - i) * MINUTE_MS, value }],
    ),
  };
}

const SOURCE_LABELS = { source: '192.0.2.1', kind: 'ipv4' };
const LIMITED = { kind: 'limited', limit: 100, windowSeconds: 3_600, source: '192.0.2.1' };

describe('toStoredPoints()', () => {
  test('reads each probe once, at its own moment, however often it was scraped', () => {
    const [first, second] = [NOW - 170_000, NOW - 50_000];
    const points = toStoredPoints([
      minutes('ratelimit_limit', [100, 100, 100, 100]),
      minutes('ratelimit_remaining', [76, 76, 76, 71]),
      minutes('ratelimit_window_seconds', [3_600, 3_600, 3_600, 3_600]),
      minutes('ratelimit_enforced', [1, 1, 1, 1]),
      minutes('ratelimit_source_info', [1, 1, 1, 1], SOURCE_LABELS),
      minutes(
        'last_success_timestamp_seconds',
        [first, first, first, second].map((at) => at / 1_000),
      ),
    ]);
    expect(points).toEqual([
      { ...LIMITED, at: first, remaining: 76 },
      { ...LIMITED, at: second, remaining: 71 },
    ]);
  });

  test('follows the source, returns unlimited, and skips unknown values', () => {
    const points = toStoredPoints([
      minutes('ratelimit_limit', [undefined, 100, 100, undefined]),
      minutes('ratelimit_remaining', [undefined, 90, 80, undefined]),
      minutes('ratelimit_enforced', [undefined, 1, 1, 0]),
      minutes('ratelimit_source_info', [undefined, 1], { source: '192.0.2.9', kind: 'ipv4' }),
      minutes('ratelimit_source_info', [undefined, undefined, 1, undefined], SOURCE_LABELS),
    ]);
    expect(points).toMatchObject([
      {
        kind: 'limited',
        at: NOW - 2 * MINUTE_MS,
        remaining: 90,
        windowSeconds: undefined,
        source: undefined,
      },
      { kind: 'limited', at: NOW - MINUTE_MS, remaining: 80, source: '192.0.2.1' },
      { kind: 'unlimited', at: NOW, source: '192.0.2.9' },
    ]);
  });

  test('does not mix what two pairs of Prometheus scraped at different moments', () => {
    const old = (NOW - 90_000) / 1_000;
    const points = toStoredPoints(
      [
        { instance: 'a', remaining: 90, success: old },
        { instance: 'b', remaining: 70, success: NOW / 1_000 },
      ].flatMap(({ instance, remaining, success }) => [
        minutes('ratelimit_limit', [100], { instance }),
        minutes('ratelimit_remaining', [remaining], { instance }),
        minutes('last_success_timestamp_seconds', [success], { instance }),
      ]),
    );
    expect(points).toMatchObject([
      { at: NOW - 90_000, remaining: 90 },
      { at: NOW, remaining: 70 },
    ]);
  });
});

const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;
const SOURCE = '192.0.2.1';

/** A store of this credential that goes back to `oldestAt`: a pull a minute, 1,000 in a window, and everything back each hour. */
function storedPast({ oldestAt = 0, sourceAt = (_: number): string => SOURCE, fails = false } = {}) {
  const ranges: EvaluationRange[] = [];
  const world = { now: NOW, fails, letRead: () => undefined as unknown };
  const readable = new Promise<void>((resolve) => {
    world.letRead = resolve;
  });
  const past = createStoredPast({
    ownLabels: { all: () => [[['cluster', 'north']]] },
    matchers: [],
    whenReadable: () => readable,
    clock: { now: () => world.now },
    client: {
      async range(_, range) {
        ranges.push(range);
        if (world.fails) throw new QueryError('http://prometheus:9090 answers 502');
        return { series: seriesOf(range), warnings: [] };
      },
    },
  });
  function seriesOf({ from, to, stepMs }: EvaluationRange): QueriedSeries[] {
    const instants: number[] = [];
    for (let at = from; at <= to; at += stepMs) if (at >= oldestAt) instants.push(at);
    const series = (family: string, value: (at: number) => number, labels = {}) => ({
      labels: { __name__: `dockerhub_${family}`, credential: 'ci', ...labels },
      values: instants.map((at) => ({ at, value: value(at) })),
    });
    return [
      series('ratelimit_limit', () => 1_000),
      series('ratelimit_remaining', (at) => 1_000 - (at % HOUR_MS) / MINUTE_MS),
      series('ratelimit_window_seconds', () => 3_600),
      ...[...new Set(instants.map(sourceAt))].map((source) => ({
        ...series('ratelimit_source_info', () => 1, { source }),
        values: instants.filter((at) => sourceAt(at) === source).map((at) => ({ at, value: 1 })),
      })),
    ];
  }
  return { past, ranges, world };
}

describe('createStoredPast()', () => {
  test('waits until the store can be read, and then requests minutes', async () => {
    const { past, ranges, world } = storedPast();
    const asking = past.recentSamples(anonymous('ci'), NOW - HOUR_MS + 1);
    await Promise.resolve();
    expect(ranges).toEqual([]);
    world.letRead();
    const points = await asking;
    expect(ranges).toEqual([{ from: NOW - HOUR_MS + MINUTE_MS, to: NOW, stepMs: MINUTE_MS }]);
    expect(points).toHaveLength(60);
    expect(points[0]).toMatchObject({ limit: 1_000, remaining: 999, windowSeconds: 3_600, source: SOURCE });
  });

  test('rejects when the store fails', async () => {
    const { past, world } = storedPast({ fails: true });
    world.letRead();
    await expect(past.recentSamples(anonymous('ci'), NOW - HOUR_MS)).rejects.toThrow('answers 502');
    await expect(past.hourlySpending(anonymous('ci'), SOURCE, NOW - HOUR_MS)).rejects.toThrow('answers 502');
  });

  test('reads hours a week at a time, no more points at once than Prometheus gives, and as far as the store goes back', async () => {
    const { past, ranges, world } = storedPast({ oldestAt: NOW - WEEK_MS - 36 * HOUR_MS });
    world.letRead();
    const hours = await past.hourlySpending(anonymous('ci'), SOURCE, NOW - 8 * WEEK_MS);
    expect(ranges).toHaveLength(3);
    for (const { from, to, stepMs } of ranges) expect((to - from) / stepMs + 1).toBeLessThanOrEqual(11_000);
    expect(hours).toHaveLength(168 + 36);
    expect(hours.at(-1)?.at).toBe(NOW - HOUR_MS);
    for (const { at, spent, observedSeconds } of hours.slice(1)) {
      expect(at % HOUR_MS).toBe(0);
      expect(spent).toBeGreaterThanOrEqual(58);
      expect(spent).toBeLessThanOrEqual(60);
      expect(observedSeconds).toBeGreaterThanOrEqual(3_540);
    }
  });

  test('leaves out hours in which another source was reported', async () => {
    const sourceAt = (at: number) => (at < NOW - 90 * MINUTE_MS ? '192.0.2.9' : SOURCE);
    const { past, world } = storedPast({ sourceAt });
    world.letRead();
    const hours = await past.hourlySpending(anonymous('ci'), SOURCE, NOW - 5 * HOUR_MS);
    expect(hours.map(({ at }) => at)).toEqual([NOW - HOUR_MS]);
  });

  test('ignores the past of a credential that became another one meanwhile', async () => {
    const { past, ranges, world } = storedPast();
    world.letRead();
    await past.recentSamples(anonymous('ci'), NOW - HOUR_MS);
    world.now += 10 * MINUTE_MS;
    expect(await past.recentSamples(anonymous('ci', 'another user'), NOW - HOUR_MS)).toHaveLength(1);
    world.now += 10 * MINUTE_MS;
    const hours = await past.hourlySpending(anonymous('ci', 'another user'), SOURCE, NOW - HOUR_MS);
    expect([hours, ranges.length]).toEqual([[], 2]);
  });
});

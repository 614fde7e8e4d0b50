import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseLabelMatchers } from '../../../src/domain/history/label-matcher.ts';
import type { HistoryQuery } from '../../../src/domain/history/query.ts';
import { createMemoryKeyValueStore } from '../../../src/history/history.ts';
import { createPrometheusHistory } from '../../../src/history/prometheus/prometheus-history.ts';
import { QUERY_LIMITS } from '../../../src/history/prometheus/query-client.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { startFakeQueryApi } from './fake-query-api.ts';
import { limitedSeries, NOW } from './series.ts';

const QUERY: HistoryQuery = { from: NOW - 3_600_000, to: NOW, step: 'auto' };
const OWN = { cluster: 'no"rth', credential: 'ci' };
const POLL = { credential: 'ci', at: NOW, durationMs: 120.5, intervalMs: 60_000 };

/** What the fleet's series look like in the query API's own words. */
const FLEET = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'vector',
    result: limitedSeries(OWN, 76).map(({ labels, values }) => ({
      metric: labels,
      value: [NOW / 1_000, String(values[0]?.value)],
    })),
  },
});

/** A history that queries the fleet when a test triggers it. */
async function historyOf(answer: RequestListener, limits = QUERY_LIMITS) {
  const { url, asked } = await startFakeQueryApi(answer);
  let tick: () => void = () => undefined;
  const past = createPrometheusHistory({
    url,
    matchers: parseLabelMatchers('job="headroom"'),
    readAuthorization: async () => undefined,
    caFile: undefined,
    env: {},
    keyValues: createMemoryKeyValueStore(),
    clock: { now: () => NOW, monotonicMs: () => 0 },
    log: createLogRecorder().log,
    every(_, listener) {
      tick = listener;
      return () => undefined;
    },
    limits,
  });
  onTestFinished(() => past.close());
  past.history.apply([{ name: 'ci', hasLogin: false, fingerprint: 'ci' }]);
  past.history.record({ ...POLL, reading: { kind: 'unmetered', source: undefined } });
  return { past, asked, tick: () => tick(), url };
}

describe('createPrometheusHistory()', () => {
  test('queries its own past by the labels under which it is stored, and no other', async () => {
    const { past, asked } = await historyOf((_, response) => void response.end(FLEET));
    past.open();
    await expect.poll(() => past.fleet()).toMatchObject({ members: [], readAt: NOW });

    await past.series('ci', QUERY);

    const families =
      'dockerhub_up|dockerhub_ratelimit_limit|dockerhub_ratelimit_remaining|dockerhub_ratelimit_window_seconds|dockerhub_ratelimit_enforced|dockerhub_ratelimit_blocked';
    expect(asked.at(-1)?.form.query).toBe(
      String.raw`{__name__=~"${families}",job="headroom",credential="ci",cluster="no\"rth"}`,
    );
  });

  test('reports the past of a bucket by the credential that reported its source last', async () => {
    const { past, asked } = await historyOf((_, response) => void response.end(FLEET));
    const source = { value: '198.51.100.7', kind: 'ipv4' } as const;
    past.history.record({ ...POLL, reading: { kind: 'unmetered', source } });
    past.open();
    await expect.poll(() => past.fleet()?.readAt).toBe(NOW);

    const series = await past.bucketSeries(source.value, QUERY);

    expect(series?.name).toBe(source.value);
    expect(asked.at(-1)?.form.query).toContain('credential="ci"');
    await expect(past.bucketSeries('198.51.100.8', QUERY)).resolves.toBeUndefined();
  });

  test('returns only its newest result before its own series are known, and no other series', async () => {
    const empty = '{"status":"success","data":{"resultType":"vector","result":[]}}';
    const { past } = await historyOf((_, response) => void response.end(empty));
    past.open();
    await expect.poll(() => past.fleet()?.readAt).toBe(NOW);
    past.history.record({
      ...POLL,
      at: NOW - 90_000,
      reading: {
        kind: 'metered',
        rateLimit: { limit: 100, remaining: 76, windowSeconds: undefined },
        source: undefined,
      },
    });
    const points = (await past.series('ci', QUERY))?.points ?? [];
    expect(points).toHaveLength(60);
    expect(points.filter(({ outcome }) => outcome !== null)).toEqual([
      { at: NOW - 120_000, remaining: 76, limit: 100, windowSeconds: null, spent: null, outcome: 'limited' },
    ]);
    await expect(past.series('other', QUERY)).resolves.toBeUndefined();
  });

  test('never waits for an answer that does not come', async () => {
    const { past, tick, asked, url } = await historyOf(() => undefined, { ...QUERY_LIMITS, timeoutMs: 300 });
    past.open();
    tick();
    expect(past.fleet()).toMatchObject({ members: [], problem: undefined });
    expect(past.history.state('ci')?.polls).toBe(1);
    const problem = `${url.href.slice(0, -1)} does not answer within 300ms`;
    await expect.poll(() => past.fleet()?.problem).toBe(problem);
    await expect(past.series('ci', QUERY)).rejects.toThrow(problem);
    expect(asked).toHaveLength(1);
  });
});

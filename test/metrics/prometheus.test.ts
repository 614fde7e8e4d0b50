import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProcessMetrics } from '../../src/metrics/process-metrics.ts';
import { describeWithProgram } from '../requires-program.ts';
import { createExposer, SCRAPES, textOf } from './exposer.ts';
import { parseExposition, parseLabels } from './parse-exposition.ts';
import { type PrometheusServer, startPrometheus, waitUntil } from './prometheus-server.ts';
import { INTERVAL_MS, STATES } from './states.ts';

/** Two scrape jobs: one with the usual headers of Prometheus, one that always gets the text format. */
const JOBS = ['openmetrics', 'text'] as const;

describeWithProgram('prometheus', 'a real Prometheus', () => {
  const world = createExposer(Object.values(STATES), {
    processMetrics: createProcessMetrics({ monotonicMs: () => performance.now() }),
  });
  /** The requests and answers, by path. */
  const seen: { path: string; encoding: string | undefined; contentType: string }[] = [];
  let exporter: Server;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    exporter = createServer(async (request, response) => {
      const exposition = await world.metrics.expose(scrapeOf(request));
      seen.push({
        path: request.url ?? '',
        encoding: exposition.contentEncoding,
        contentType: exposition.contentType,
      });
      response.setHeader('Content-Type', exposition.contentType);
      if (exposition.contentEncoding) response.setHeader('Content-Encoding', exposition.contentEncoding);
      response.end(Buffer.concat(exposition.body));
    }).listen(0, '127.0.0.1');
    await once(exporter, 'listening');
    const address = exporter.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    prometheus = await startPrometheus(
      JOBS.map(
        (job) => `- job_name: ${job}
  metrics_path: /${job}
  static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
      ).join(''),
    );
    await Promise.all(JOBS.map((job) => expectStored(`up{job="${job}"} == 1`, 1)));
  });

  afterAll(async () => {
    await prometheus?.stop();
    exporter?.closeAllConnections();
    exporter?.close();
  });

  async function expectStored(expression: string, series: number): Promise<void> {
    await waitUntil(async () => expect(await prometheus.query(expression)).toHaveLength(series));
  }

  test('Prometheus requests OpenMetrics and gzip, and receives both', () => {
    expect(seen).toContainEqual({
      path: '/openmetrics',
      encoding: 'gzip',
      contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    });
    expect(seen).toContainEqual({
      path: '/text',
      encoding: 'gzip',
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    });
  });

  test.each(JOBS)('Prometheus stores every sample of %s as it is meant', async (job) => {
    const { samples } = parseExposition(textOf(await world.metrics.expose(SCRAPES.text)));
    const expected = [...samples]
      .filter(([series]) => series.startsWith('dockerhub_'))
      .map(([series, value]) =>
        seriesKey(series.split('{')[0] ?? '', parseLabels(`${series} 0`), Number(value)),
      );

    await waitUntil(async () => {
      const stored = await prometheus.query(`{job="${job}",__name__=~"dockerhub_.+"}`);
      const found = stored.map(({ metric, value }) => {
        const { __name__ = '', job: _job, instance: _instance, ...labels } = metric;
        return seriesKey(__name__, labels, Number(value[1]));
      });
      expect(found.sort()).toEqual(expected.sort());
    });
  });

  test.each(JOBS)('Prometheus recognizes the types and helps of %s', async (job) => {
    const target = encodeURIComponent(`{job="${job}"}`);
    const metadata = (await waitUntil(() => prometheus.get(`targets/metadata?match_target=${target}`))) as {
      metric: string;
      type: string;
      help: string;
    }[];
    const typeOf = (name: string) => metadata.find(({ metric }) => metric === name)?.type;

    expect(typeOf('dockerhub_ratelimit_remaining')).toBe('gauge');
    expect(typeOf(job === 'text' ? 'dockerhub_polls_total' : 'dockerhub_polls')).toBe('counter');
    expect(typeOf(job === 'text' ? 'process_cpu_seconds_total' : 'process_cpu_seconds')).toBe('counter');
    expect(metadata.filter(({ help }) => help === '')).toEqual([]);
  });

  test('Prometheus accepts the compatibility names in both formats, including gauges named _total', async () => {
    world.compatibility = ['viadee', 'jadolg', 'tcaty'];
    await expectStored('dockerhub_limit_remaining_requests_total{credential="limited"} == 76', JOBS.length);
    await expectStored(
      'dockerhub_pull_remaining_total{account="limited",source="acmeci"} == 76',
      JOBS.length,
    );
    await expectStored(
      'dockerhub_rate_limit_total{mode="authenticated",username="limited"} == 200',
      JOBS.length,
    );
    await expectStored('dockerhub_pull_errors_total{account="abuse"} == 1', JOBS.length);

    world.compatibility = [];
    await expectStored(
      '{__name__=~"dockerhub_(limit|pull|rate)_.+",__name__!="dockerhub_pull_attempts_total"}',
      0,
    );
    await expectStored('up == 1', JOBS.length);
  });

  test('Prometheus ends every series of a removed credential at once', async () => {
    await expectStored('dockerhub_ratelimit_remaining{credential="exhausted"}', JOBS.length);

    world.states = world.states.filter(({ identity }) => identity.name !== 'exhausted');
    world.version += 1;

    await expectStored('{credential="exhausted"}', 0);
    await expectStored('dockerhub_up{credential="limited"} == 1', JOBS.length);
  });

  test('Prometheus ends an expired series, and stores that the credential is down', async () => {
    await expectStored('dockerhub_ratelimit_remaining{credential="limited"} == 76', JOBS.length);

    world.now += 3 * INTERVAL_MS;

    await expectStored('dockerhub_ratelimit_remaining{credential="limited"}', 0);
    await expectStored('dockerhub_up{credential="limited"} == 0', JOBS.length);
    await expectStored('dockerhub_last_success_timestamp_seconds{credential="limited"}', JOBS.length);
    await expectStored('up == 1', JOBS.length);
  });
});

function scrapeOf({ url, headers }: IncomingMessage) {
  const accept = url === '/text' ? SCRAPES.text.accept : headers.accept;
  return { accept, acceptEncoding: headers['accept-encoding']?.toString() };
}

/** Removes labels without a value, as Prometheus does. */
function seriesKey(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const kept = Object.entries(labels).filter(([, text]) => text !== '');
  return JSON.stringify([name, Object.fromEntries(kept.sort()), value]);
}

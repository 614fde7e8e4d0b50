import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../../src/kit/http/proxy-rules.ts';
import { NODES_TRUST } from '../../../src/kit/http/trust.ts';
import { type MetricsPush, startMetricsPush } from '../../../src/metrics/otlp/metrics-push.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { findProgram } from '../../find-program.ts';
import { createExposer, PROCESS_FAMILIES, SCRAPES, textOf } from '../exposer.ts';
import { parseExposition } from '../parse-exposition.ts';
import { type PrometheusServer, startPrometheus, waitUntil } from '../prometheus-server.ts';
import { STATES } from '../states.ts';

/** Reports whether the Prometheus that is installed has a receiver of OTLP; those of version 3 have. */
function receivesOtlp(): boolean {
  const program = findProgram('prometheus');
  if (program === undefined) return false;
  return spawnSync(program, ['--help'], { encoding: 'utf8' }).stdout.includes('web.enable-otlp-receiver');
}

describe.skipIf(!receivesOtlp())('the OTLP receiver of Prometheus 3 (Prometheus 2 has none)', () => {
  const log = createLogRecorder();
  const world = createExposer(Object.values(STATES), { processMetrics: async () => PROCESS_FAMILIES });
  let prometheus: PrometheusServer;
  let client: HttpClient;
  const pushes: MetricsPush[] = [];

  beforeAll(async () => {
    prometheus = await startPrometheus('', '', undefined, ['--web.enable-otlp-receiver']);
    client = createHttpClient({ proxyFor: NO_PROXIES });
  });
  afterAll(async () => {
    await Promise.all(pushes.map((push) => push.stop()));
    await client?.close();
    await prometheus?.stop();
  });

  test.each(['http/protobuf', 'http/json'] as const)(
    'stores the series of /metrics, by %s',
    async (protocol) => {
      const job = protocol.replace('http/', '');
      const push = startMetricsPush(
        {
          url: new URL(`${prometheus.url}/api/v1/otlp/v1/metrics`),
          protocol,
          headers: {},
          isCompressed: protocol === 'http/protobuf',
          timeoutMs: 30_000,
          intervalMs: 3_600_000,
          attributes: { 'service.name': job, 'service.instance.id': 'one' },
        },
        {
          families: async () =>
            // JSON has no infinities.
            (await world.metrics.families()).filter(({ name }) => name !== 'process_odd_bytes'),
          version: '1.2.3',
          client,
          readTrust: async () => NODES_TRUST,
          clock: { now: () => Date.now() },
          log: log.log,
        },
      );
      pushes.push(push);
      await push.flush();
      expect(log.texts()).toEqual([]);

      const exposed = parseExposition(textOf(await world.metrics.expose(SCRAPES.text))).samples;
      const expected = [...exposed].filter(([series]) => !series.startsWith('process_odd_bytes'));
      await waitUntil(async () => {
        const stored = await prometheus.query(`{job="${job}",instance="one"}`);
        expect(readStored(stored)).toEqual(
          new Map(expected.map(([series, value]) => [series, Number(value)])),
        );
      });
    },
  );
});

/** Returns the values by `name{label="value",…}` with sorted labels, without the labels and series of the receiver itself. */
function readStored(stored: Awaited<ReturnType<PrometheusServer['query']>>): ReadonlyMap<string, number> {
  return new Map(
    stored
      .filter(({ metric }) => metric.__name__ !== 'target_info')
      .map(({ metric: { __name__: name, job: _, instance: __, ...labels }, value: [, value] }) => {
        const own = Object.entries(labels).filter(([label]) => !label.startsWith('otel_scope_'));
        // The receiver writes whole bounds without a fraction.
        const pairs = own.map(
          ([label, text]) => [label, label === 'le' && /^\d+$/.test(text) ? `${text}.0` : text] as const,
        );
        const escaped = (text: string) => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
        const texts = pairs.map(([label, text]) => `${label}="${escaped(text)}"`).sort();
        return [`${name}{${texts.join()}}`, Number(value)];
      }),
  );
}

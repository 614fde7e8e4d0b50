import { expect, test } from 'vitest';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { startOtlpReceiver } from '../metrics/otlp/otlp-receiver.ts';
import { runHeadroom } from './headroom-process.ts';

/** How long a test may take on a busy machine, in milliseconds. */
const TIMEOUT_MS = 60_000;

test('headroom pushes its metrics by OTLP, and a last time when it stops', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { simulator } = await startSimulatedHub();
  const receiver = await startOtlpReceiver();
  const headroom = runHeadroom([], {
    HEADROOM_LISTEN_ADDRESS: '127.0.0.1:0',
    HEADROOM_HUB_URL: simulator.url.origin,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.origin,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=one',
  });
  await headroom.url();
  await receiver.received(2);
  headroom.child.kill('SIGTERM');
  expect(await headroom.exited).toBe(0);

  const [first] = receiver.requests;
  const last = receiver.requests.at(-1);
  expect(first).toMatchObject({ path: '/v1/metrics', headers: { 'x-api-key': 'hunter2' } });
  expect(last?.resource).toEqual({ 'service.name': 'headroom', 'service.instance.id': 'one' });
  expect(last?.series.get('dockerhub_polls_total{credential="anonymous"}')).toBeGreaterThanOrEqual(0);
  expect(last?.series.get('dockerhub_exporter_history_writable{}')).toBe(1);
  expect(headroom.output.stderr).toContain('Metrics are pushed by OTLP');
  expect(headroom.output.stderr).not.toContain('hunter2');
});

test('headroom reports each wrong variable of OpenTelemetry before it starts', {
  timeout: TIMEOUT_MS,
}, async () => {
  const headroom = runHeadroom([], {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_METRIC_EXPORT_INTERVAL: '1s',
  });
  expect(await headroom.exited).toBe(2);
  expect(headroom.output.stderr).toContain('The configuration has 2 problems');
  expect(headroom.output.stderr).toContain(
    'OTEL_EXPORTER_OTLP_PROTOCOL: Not one of the choices: "grpc". Allowed: http/protobuf, http/json',
  );
});

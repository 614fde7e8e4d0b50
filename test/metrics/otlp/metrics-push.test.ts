import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../../src/kit/http/proxy-rules.ts';
import { NODES_TRUST } from '../../../src/kit/http/trust.ts';
import type { OtlpTarget } from '../../../src/kit/otlp-target.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { startMetricsPush } from '../../../src/metrics/otlp/metrics-push.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { createExposer, PROCESS_FAMILIES, SCRAPES, textOf } from '../exposer.ts';
import { parseExposition } from '../parse-exposition.ts';
import { NOW, STATES } from '../states.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

/** JSON has no infinities. */
const FINITE = PROCESS_FAMILIES.filter(({ name }) => name !== 'process_odd_bytes');

async function startPush(
  changes: Partial<OtlpTarget> = {},
  replies: Parameters<typeof startOtlpReceiver>[0] = {},
) {
  const receiver = await startOtlpReceiver(replies);
  const client = createHttpClient({ proxyFor: NO_PROXIES });
  const recorder = createLogRecorder();
  const world = createExposer(Object.values(STATES), { processMetrics: async () => FINITE });
  const push = startMetricsPush(
    {
      url: receiver.url,
      protocol: 'http/json',
      headers: {},
      isCompressed: false,
      timeoutMs: 10_000,
      intervalMs: 3_600_000,
      attributes: { 'service.name': 'headroom', 'deployment.environment': 'test' },
      ...changes,
    },
    {
      families: () => world.metrics.families(),
      version: '1.2.3',
      client,
      readTrust: async () => NODES_TRUST,
      clock: { now: () => world.now },
      log: recorder.log,
    },
  );
  onTestFinished(async () => {
    await push.stop();
    await client.close();
  });
  return { receiver, push, world, log: recorder };
}

describe('startMetricsPush()', () => {
  test('pushes the same series with the same values as /metrics, those of other exporters too', async () => {
    const { receiver, push, world } = await startPush();
    world.compatibility = ['viadee', 'gitlab', 'jadolg', 'tcaty'];
    await push.flush();

    const [pushed] = receiver.requests;
    const exposed = parseExposition(textOf(await world.metrics.expose(SCRAPES.text)));
    const expected = new Map([...exposed.samples].map(([series, value]) => [series, Number(value)]));
    expect(pushed?.series).toEqual(expected);
    expect(expected.size).toBeGreaterThan(80);
    expect(pushed?.resource).toEqual({ 'service.name': 'headroom', 'deployment.environment': 'test' });
    expect(pushed?.scope).toEqual({ name: 'headroom', version: '1.2.3' });
    expect(pushed?.types).toMatchObject({
      dockerhub_polls_total: 'sum',
      dockerhub_ratelimit_remaining: 'gauge',
      nodejs_gc_duration_seconds: 'histogram',
    });
    expect(pushed?.times).toEqual(new Set([`${BigInt(NOW) * 1_000_000n}`]));
  });

  test('omits series that /metrics omits, as a credential without an answer', async () => {
    const { receiver, push, world } = await startPush();
    world.states = [];
    world.version += 1;
    await push.flush();
    expect(
      [...(receiver.requests[0]?.series.keys() ?? [])].filter((name) =>
        name.startsWith('dockerhub_ratelimit'),
      ),
    ).toEqual([]);
  });

  test.each(['http/json', 'http/protobuf'] as const)(
    'sends %s with headers, compressed if configured',
    async (protocol) => {
      const { receiver, push } = await startPush({
        protocol,
        isCompressed: true,
        headers: { 'X-Api-Key': new Secret('hunter2') },
      });
      await push.flush();
      const [request] = receiver.requests;
      expect(request?.headers).toMatchObject({
        'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
        'content-encoding': 'gzip',
        'x-api-key': 'hunter2',
      });
      expect(gunzipSync(request?.body ?? '').includes('dockerhub_ratelimit_remaining')).toBe(true);
    },
  );

  // what the receiver responds, what is logged
  test.each([
    [{ status: 401, body: 'bad key' }, 'status 401: bad key'],
    [{ status: 503 }, 'status 503'],
    [{ status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'status 307'],
    [
      { status: 200, body: '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}' },
      'accepted in part: ',
    ],
  ])('logs %j once, and that pushes succeed again', async (reply, reason) => {
    const { receiver, push, log } = await startPush({ headers: { 'X-Api-Key': new Secret('hunter2') } });
    receiver.reply = reply;
    await push.flush();
    await push.flush();
    receiver.reply = { status: 200, body: '{"partialSuccess":{}}' };
    await push.flush();
    await push.flush();

    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'Metrics cannot be pushed by OTLP; the next attempt follows'],
      ['info', 'Metrics are pushed by OTLP again'],
    ]);
    expect(log.lines[0]?.fields?.reason).toContain(reason);
    expect(JSON.stringify(log.lines)).not.toContain('hunter2');
    expect(receiver.requests).toHaveLength(4);
  });

  test('logs a receiver that cannot be reached, and never rejects', async () => {
    const { push, log } = await startPush({ url: new URL('http://127.0.0.1:1/v1/metrics') });
    await push.flush();
    await push.stop();
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        fields: { url: 'http://127.0.0.1:1/v1/metrics', reason: expect.stringContaining('127.0.0.1:1') },
      },
    ]);
  });

  test('pushes at its interval', async () => {
    const { receiver } = await startPush({ intervalMs: 50, timeoutMs: 10_000 });
    await receiver.received(2);
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
  });

  test('pushes a last time when it stops, and not again', async () => {
    const { receiver, push } = await startPush();
    await push.stop();
    await push.flush();
    expect(receiver.requests).toHaveLength(1);
  });
});

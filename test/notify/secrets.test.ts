import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadSecret, Receiver, ReceiverTarget } from '../../src/domain/alerts/delivery/receiver.ts';
import { SEVERITIES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { createHttpClient } from '../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../src/kit/http/proxy-rules.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createHttpPost } from '../../src/notify/http-post.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { alertOf, notificationOf } from '../domain/alerts/sample-alerts.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { type Answer, type ReceivingServer, startReceiving } from './receiving-server.ts';

const PLANTED = 'hunter2hunter2hunter2hunter2hunt';

function secret(text: string): ReadSecret {
  return async () => new Secret(text);
}

/** A receiver of each kind, with a secret in every place that may hold one. */
function targets(origin: string): readonly ReceiverTarget[] {
  const planted = secret(PLANTED);
  const webhookUrl = secret(`${origin}/services/${PLANTED}`);
  return [
    { kind: 'slack', webhookUrl, mention: undefined },
    { kind: 'slack_bot', token: planted, channel: 'C1', mention: undefined, apiUrl: `${origin}/api` },
    { kind: 'webhook', url: webhookUrl, headers: { 'X-Key': planted }, hmacSecret: planted },
    {
      kind: 'alertmanager',
      urls: [secret(origin)],
      authorization: secret(`Bearer ${PLANTED}`),
      resendIntervalMs: 60_000,
    },
    { kind: 'pagerduty', routingKey: planted, url: `${origin}/v2/enqueue` },
    { kind: 'teams', webhookUrl },
    { kind: 'discord', webhookUrl, mention: undefined },
    { kind: 'ntfy', url: origin, topic: planted, token: planted },
  ];
}

/** Repeats all of the request, as the worst of servers do. */
function repeatAll(status: number): Answer {
  return ({ path, headers, body }) => ({
    status,
    body: `${path} ${headers.authorization} ${headers['x-key']} ${body.slice(-100)} ${body}`,
  });
}

describe('a secret of a receiver', () => {
  let answer: Answer = repeatAll(400);
  let server: ReceivingServer;

  beforeAll(async () => {
    server = await startReceiving((received, response) => answer(received, response));
  });
  afterAll(() => server.stop());

  test.each<[string, Answer]>([
    ['refused', repeatAll(400)],
    ['answered with an error', repeatAll(503)],
    ['answered with an unreadable body', repeatAll(200)],
    ['cut off', (_, response) => void response.destroy()],
  ])('shows in no log, health or settlement when the message is %s', async (_, way) => {
    answer = way;
    const { log, texts } = createLogRecorder();
    const settlements: unknown[] = [];
    const client = createHttpClient({ proxyFor: NO_PROXIES });
    const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
    const timers = {
      after(delayMs: number, run: () => void) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    };
    const notifier = createNotifier({
      post: createHttpPost({ client, clock }),
      clock,
      timers,
      random: () => 0,
      log,
      settle: (message, settlement) => settlements.push({ message, settlement }),
      pageUrl: () => 'https://headroom.example.com/',
    });
    const receivers = targets(server.origin).map((target): Receiver => {
      const { kind: name } = target;
      const others = { sendResolved: true, repeatIntervalMs: 1, quietHours: undefined };
      return { name, severities: SEVERITIES, ...others, target };
    });
    notifier.apply(receivers);
    notifier.present([alertOf()]);
    for (const { name } of receivers) notifier.submit(notificationOf({ receiver: name, at: Date.now() }));
    await expect
      .poll(() => notifier.health().every(({ sent, lastError }) => sent > 0 || lastError !== undefined))
      .toBe(true);
    const shown = JSON.stringify([texts(), notifier.health(), settlements]);
    await notifier.stop();
    await client.close();

    expect(shown).toContain('slack_bot');
    expect(shown).not.toContain('hunter2');
  });
});

import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReceiverTarget } from '../../src/domain/alerts/delivery/receiver.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createWebhookChannel, signatureHeaders } from '../../src/notify/webhook.ts';
import { after, alertOf, NOW, notificationOf } from '../domain/alerts/sample-alerts.ts';
import { postTo } from './post-to.ts';
import { MESSAGES } from './slack/sample-messages.ts';

const NEVER = new AbortController().signal;

async function send(
  changes: Partial<Extract<ReceiverTarget, { kind: 'webhook' }>> = {},
  message = notificationOf(),
) {
  const { post, received } = postTo(() => ({ status: 200 }));
  const target = {
    kind: 'webhook',
    url: async () => new Secret('https://a.test/hook'),
    headers: {},
    hmacSecret: undefined,
    ...changes,
  } as const;
  const receipt = await createWebhookChannel(target, { post, clock: { now: () => NOW } }).send(
    message,
    NEVER,
  );
  const [request] = received;
  return { receipt, headers: request?.headers ?? {}, body: request?.body ?? '' };
}

describe('createWebhookChannel()', () => {
  test('sends what Alertmanager sends', async () => {
    const message = notificationOf({
      alerts: [
        alertOf({ labels: { alertname: 'RateLimitExhausted', severity: 'critical', source: 'a' } }),
        alertOf({
          labels: { alertname: 'RateLimitExhausted', severity: 'critical', source: 'b' },
          state: 'resolved',
          resolvedAt: after(5),
        }),
      ],
      truncatedAlerts: 3,
    });
    const payload = JSON.parse((await send({}, message)).body);

    expect(payload).toMatchObject({
      version: '4',
      groupKey: 'group',
      truncatedAlerts: 3,
      status: 'firing',
      receiver: 'platform',
      groupLabels: { alertname: 'RateLimitExhausted' },
      commonLabels: { alertname: 'RateLimitExhausted', severity: 'critical' },
      externalURL: 'https://headroom.example.com',
      alerts: [
        {
          status: 'firing',
          labels: { source: 'a' },
          startsAt: '2026-11-24T02:14:20.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://headroom.example.com/',
          annotations: {
            summary: 'Docker Hub pulls are used up for 203.0.113.7.',
            runbook_url: 'https://headroom.example.com/runbooks/RateLimitExhausted',
          },
        },
        { status: 'resolved', labels: { source: 'b' }, endsAt: '2026-11-24T02:19:20.000Z' },
      ],
    });
  });

  test('reports that it is resolved when all of it is', async () => {
    expect(JSON.parse((await send({}, MESSAGES.resolved)).body).status).toBe('resolved');
  });

  test('sends its headers', async () => {
    const headers = { Authorization: async () => new Secret('Bearer hunter2') };

    expect((await send({ headers })).headers).toEqual({ authorization: 'Bearer hunter2' });
  });

  // secret as it is configured | the key that signs
  test.each([
    ['hunter2', Buffer.from('hunter2')],
    [`whsec_${Buffer.from('hunter2').toString('base64')}`, Buffer.from('hunter2')],
  ])('signs id, time and body with %s', async (secret, key) => {
    const { headers, body } = await send({ hmacSecret: async () => new Secret(secret) });
    const timestamp = String(Math.floor(NOW / 1_000));
    const signature = createHmac('sha256', key).update(`b3f1.${timestamp}.${body}`).digest('base64');

    expect(headers).toEqual({
      'webhook-id': 'b3f1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    });
  });

  test('rejects when a secret cannot be read, so that it is tried again', async () => {
    const url = () => Promise.reject(new Error('Cannot read /run/s: no such file'));

    await expect(send({ url })).rejects.toThrow('Cannot read /run/s: no such file');
  });
});

test('signatureHeaders() signs as the specification of Standard Webhooks has it in its example', () => {
  const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const body = '{"test": 2432232314}';
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_000, body };

  expect(signatureHeaders(message, secret)['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

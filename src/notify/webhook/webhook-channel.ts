import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Secret } from '../../kit/secret.ts';
import type { Channel } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { judgeAnswer } from '../judge-answer.ts';
import { webhookPayload } from './webhook-payload.ts';
import { signatureHeaders } from './webhook-signature.ts';

/** Tells a web server of anybody's, in Alertmanager's words. */
export function createWebhookChannel(
  target: Extract<ReceiverTarget, { kind: 'webhook' }>,
  { post, clock }: ChannelTools,
): Channel {
  return {
    async send(notification, signal) {
      const now = clock.now();
      const body = JSON.stringify(webhookPayload(notification, now));
      const [url, headers, secret] = await Promise.all([
        target.url(),
        readHeaders(target),
        target.hmacSecret?.(),
      ]);
      const signature = secret && signatureHeaders({ id: notification.id, at: now, body }, secret);
      const request = {
        url,
        headers: { ...headers, ...signature },
        body,
        ...(secret && { secrets: [secret] }),
      };
      return judgeAnswer(await post(request, signal));
    },
  };
}

async function readHeaders({
  headers,
}: Extract<ReceiverTarget, { kind: 'webhook' }>): Promise<Record<string, Secret>> {
  const entries = Object.entries(headers).map(async ([name, read]) => [name, await read()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

import { createHmac } from 'node:crypto';
import type { Secret } from '../../kit/secret.ts';

/** How secrets of Standard Webhooks begin; the key is the base64 behind it. */
const PREFIX = 'whsec_';

/** What is signed. */
export interface SignedMessage {
  /** The same when it is sent again. */
  readonly id: string;
  /** When it is sent, in milliseconds since the epoch: a receiver refuses what is older than a few minutes. */
  readonly at: number;
  readonly body: string;
}

/**
 * Signs a message as Standard Webhooks has it
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): HMAC-SHA256 over id, time
 * and body, so that nobody can change one of them, or send an old message again.
 */
export function signatureHeaders({ id, at, body }: SignedMessage, secret: Secret): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function keyOf(secret: Secret): Buffer {
  const text = secret.reveal();
  return text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text, 'utf8');
}

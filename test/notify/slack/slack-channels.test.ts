import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notification } from '../../../src/domain/alerts/delivery/notification.ts';
import { createHttpClient, type HttpClient } from '../../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../../src/kit/http/proxy-rules.ts';
import { Secret } from '../../../src/kit/secret.ts';
import type { Channel, Receipt } from '../../../src/notify/channel.ts';
import { createHttpPost } from '../../../src/notify/http-post.ts';
import {
  createSlackBotChannel,
  createSlackWebhookChannel,
} from '../../../src/notify/slack/slack-channels.ts';
import { after, alertOf, NOW, notificationOf } from '../../domain/alerts/sample-alerts.ts';
import { MESSAGES } from './sample-messages.ts';
import { type SlackServer, serveSlack } from './serve-slack.ts';
import { BOT_TOKEN, CHANNEL, type SlackAnswer, WEBHOOK_PATH } from './slack-stand-in.ts';

let server: SlackServer;
let client: HttpClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  client = createHttpClient({ proxyFor: NO_PROXIES });
  server = await serveSlack(() => now);
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

const clock = { now: () => now };
const secret = (text: string) => async () => new Secret(text);
const tools = () => ({
  clock,
  post: createHttpPost({ client, clock }),
});

function webhook(url = server.webhookUrl): Channel {
  return createSlackWebhookChannel({ kind: 'slack', webhookUrl: secret(url), mention: '<!here>' }, tools());
}

function bot(token = BOT_TOKEN, channel: string = CHANNEL.name): Channel {
  const { apiUrl } = server;
  return createSlackBotChannel(
    { kind: 'slack_bot', token: secret(token), channel, mention: '<!here>', apiUrl },
    tools(),
  );
}

/** Sends a message, long after the one before it. */
async function send(channel: Channel, notification: Notification): Promise<Receipt> {
  now += 60_000;
  return channel.send(notification, new AbortController().signal);
}

function answers(status: number, body: string, headers: Record<string, string> = {}): SlackAnswer {
  return { status, headers, body };
}

/** What the channel in Slack shows: header lines, `>` before replies, `>>` before those that also go to the channel. */
function shown(): string[] {
  return server.slack.posted.map(({ message, threadTs, isBroadcast }) => {
    const [first] = message.blocks as { text: { text: string } }[];
    const line = first?.text.text.split('\n')[0] ?? '';
    return threadTs === undefined ? line : `${isBroadcast ? '>>' : '>'} ${line}`;
  });
}

const resolved = alertOf(
  { state: 'resolved', resolvedAt: after(42), resolution: 'recovered' },
  { remaining: 63 },
);

describe('createSlackWebhookChannel()', () => {
  test('sends every kind of message, and Slack accepts it', async () => {
    for (const notification of Object.values(MESSAGES)) {
      expect(await send(webhook(), notification)).toMatchObject({ kind: 'delivered' });
    }
    expect(server.slack.refused).toEqual([]);
    expect(server.slack.posted).toHaveLength(Object.keys(MESSAGES).length);
  });

  /** What Slack may answer, what becomes of the message, and what the log shows. */
  const ANSWERS: [SlackAnswer, Partial<Receipt>][] = [
    [answers(200, 'ok'), { kind: 'delivered', answer: 'HOST answers 200: ok' }],
    [answers(400, 'invalid_payload'), { kind: 'refused', reason: 'HOST answers 400: invalid_payload' }],
    [
      answers(403, 'action_prohibited'),
      {
        kind: 'refused',
        reason:
          'HOST answers 403: action_prohibited (an administrator has restricted posting to this channel)',
      },
    ],
    [
      answers(404, 'no_service'),
      { kind: 'refused', reason: 'HOST answers 404: no_service (the webhook has been removed or disabled)' },
    ],
    [
      answers(410, 'channel_is_archived'),
      { kind: 'refused', reason: 'HOST answers 410: channel_is_archived (the channel is archived)' },
    ],
    [
      answers(429, 'rate_limited', { 'retry-after': '30' }),
      { kind: 'retry', afterMs: 30_000, reason: 'HOST answers 429: rate_limited' },
    ],
    [answers(500, 'rollup_error'), { kind: 'retry', reason: 'HOST answers 500: rollup_error' }],
    [answers(503, ''), { kind: 'retry', reason: 'HOST answers 503' }],
    [answers(200, 'no_text'), { kind: 'refused', reason: 'HOST answers 200: no_text' }],
    [
      answers(200, '<html>Please log in</html>'),
      { kind: 'retry', reason: 'HOST answers 200: <html>Please log in</html>' },
    ],
  ];

  test.each(ANSWERS)('understands $status $body', async (answer, expected) => {
    server.slack.answerNext(answer);
    const receipt = await send(webhook(), notificationOf());
    const { host } = new URL(server.webhookUrl);
    expect(JSON.parse(JSON.stringify(receipt).replaceAll(host, 'HOST'))).toMatchObject(expected);
  });

  test('waits when Slack limits the rate, and loses no message', async () => {
    const channel = webhook();
    const receipts = [];
    for (let i = 0; i < 6; i += 1) {
      receipts.push(await channel.send(notificationOf(), new AbortController().signal));
    }
    expect(receipts.map(({ kind }) => kind)).toEqual([...Array(4).fill('delivered'), 'retry', 'retry']);
    expect(receipts[4]).toMatchObject({ afterMs: 1_000 });
    now += 1_000;
    expect(await channel.send(notificationOf(), new AbortController().signal)).toMatchObject({
      kind: 'delivered',
    });
  });

  test('never shows the address, which is the password', async () => {
    const url = server.webhookUrl.replace(/X+$/, 'YYYYYYYYYYYYYYYYYYYYYYYY');
    server.slack.answerNext(answers(404, `Cannot POST ${new URL(url).pathname}`));
    const receipts = [await send(webhook(url), notificationOf()), await send(webhook(url), notificationOf())];
    expect(receipts.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect(JSON.stringify(receipts)).not.toContain('YYYY');
    expect(JSON.stringify(receipts)).not.toContain(WEBHOOK_PATH);
  });
});

describe('createSlackBotChannel()', () => {
  test('is one message that states how things stand, with what happened in its thread', async () => {
    const channel = bot();
    const first = await send(channel, notificationOf());
    const thread = first.kind === 'delivered' ? first.thread : undefined;
    expect(thread).toMatch(/^C024BE91L\/\d+\.\d+$/);

    await send(channel, notificationOf({ transition: 'repeat', thread, at: after(240) }));
    await send(channel, { ...notificationOf(MESSAGES.acknowledged), thread });
    const last = await send(channel, notificationOf({ transition: 'resolve', alerts: [resolved], thread }));

    expect(last).toMatchObject({ kind: 'delivered', thread });
    expect(server.slack.refused).toEqual([]);
    expect(shown()).toEqual([
      '✅ Docker Hub pulls are back for 203.0.113.7',
      '>> 🔴 *Critical:* Docker Hub pulls are still used up for `203.0.113.7` <!here>',
      '> 👀 *Acknowledged:* Docker Hub pulls are used up for `203.0.113.7`',
      '> ✅ *Resolved:* Docker Hub pulls are back for `203.0.113.7`',
    ]);
    expect(server.slack.posted[0]?.earlier).toHaveLength(3);
  });

  test('sends every kind of message, and Slack accepts it, as a message and as an update', async () => {
    for (const notification of Object.values(MESSAGES)) {
      const first = await send(bot(), notification);
      expect(first).toMatchObject({ kind: 'delivered' });
      const thread = first.kind === 'delivered' ? first.thread : undefined;
      expect(await send(bot(), { ...notification, thread })).toMatchObject({ kind: 'delivered', thread });
    }
    expect(server.slack.refused).toEqual([]);
  });

  test('leaves its message as it is while others of the group still fire', async () => {
    const first = await send(bot(), notificationOf(MESSAGES.grouped));
    const thread = first.kind === 'delivered' ? first.thread : undefined;
    await send(bot(), notificationOf({ transition: 'resolve', alerts: [resolved], stillFiring: 11, thread }));
    expect(shown()).toEqual([
      '🔴 12 alerts about Docker Hub: 8 used up, 4 low',
      '> ✅ *Resolved:* Docker Hub pulls are back for `203.0.113.7`',
    ]);
    expect(server.slack.posted[0]?.earlier).toEqual([]);
  });

  test('begins anew when its message is gone', async () => {
    const first = await send(bot(), notificationOf());
    server.slack.remove(server.slack.posted[0]?.ts ?? '');
    const thread = first.kind === 'delivered' ? first.thread : undefined;
    const second = await send(bot(), notificationOf({ transition: 'resolve', alerts: [resolved], thread }));
    expect(second).toMatchObject({ kind: 'delivered' });
    expect(second).not.toMatchObject({ thread });
    expect(shown()).toEqual(['✅ Docker Hub pulls are back for 203.0.113.7']);
  });

  test('replies again when only the reply failed, and shows nothing twice', async () => {
    const first = await send(bot(), notificationOf());
    const thread = first.kind === 'delivered' ? first.thread : undefined;
    const { ts } = server.slack.posted[0] ?? { ts: '' };
    const updated = JSON.stringify({ ok: true, channel: CHANNEL.id, ts });
    server.slack.answerNext(answers(200, updated), answers(503, ''));
    const resolve = notificationOf({ transition: 'resolve', alerts: [resolved], thread });
    expect(await send(bot(), resolve)).toMatchObject({ kind: 'retry' });
    expect(await send(bot(), resolve)).toMatchObject({ kind: 'delivered', thread });
    expect(shown()).toHaveLength(2);
  });

  /** What the Web API may answer, and what becomes of the message. */
  const ANSWERS: [SlackAnswer, Partial<Receipt>][] = [
    [
      answers(200, '{"ok":false,"error":"channel_not_found"}'),
      {
        kind: 'refused',
        reason:
          'HOST answers 200: channel_not_found (there is no such channel, or the app is not a member of this private one)',
      },
    ],
    [answers(200, '{"ok":false,"error":"msg_too_long"}'), { kind: 'refused' }],
    [answers(200, '{"ok":false,"error":"internal_error"}'), { kind: 'retry' }],
    [
      answers(429, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '7' }),
      { kind: 'retry', afterMs: 7_000 },
    ],
    [answers(502, '<html>'), { kind: 'retry' }],
    [answers(200, '<html>Please log in</html>'), { kind: 'retry' }],
    [answers(200, '{"ok":true}'), { kind: 'retry' }],
  ];

  test.each(ANSWERS)('understands $status $body', async (answer, expected) => {
    server.slack.answerNext(answer);
    const receipt = await send(bot(), notificationOf());
    const { host } = new URL(server.apiUrl);
    expect(JSON.parse(JSON.stringify(receipt).replaceAll(host, 'HOST'))).toMatchObject(expected);
  });

  test('is refused with a wrong token, without telling it', async () => {
    const receipt = await send(bot('xoxb-wrong-token'), notificationOf());
    expect(receipt).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(receipt)).toContain('invalid_auth (the bot token is wrong');
    expect(JSON.stringify(receipt)).not.toContain('wrong-token');
  });
});

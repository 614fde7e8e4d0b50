import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Notification } from '../../src/domain/alerts/delivery/notification.ts';
import type { ReadSecret, ReceiverTarget } from '../../src/domain/alerts/delivery/receiver.ts';
import { notificationWords } from '../../src/domain/alerts/wording/notification-text.ts';
import { plainText } from '../../src/domain/alerts/wording/words.ts';
import { Secret } from '../../src/kit/secret.ts';
import type { Receipt } from '../../src/notify/channel.ts';
import { openChannel } from '../../src/notify/open-channel.ts';
import { hostileNotification } from '../domain/alerts/hostile-notification.ts';
import { alertOf, notificationOf } from '../domain/alerts/sample-alerts.ts';
import { postTo } from './post-to.ts';
import type { Received, Reply } from './receiving-server.ts';
import { MESSAGES } from './slack/sample-messages.ts';
import { answerAsDiscord, answerAsNtfy, answerAsPagerduty, answerAsTeams } from './stand-ins.ts';

const NEVER = new AbortController().signal;
const ROUTING_KEY = 'r0ut1ngk3y'.padEnd(32, '0');

function secret(text: string): ReadSecret {
  return async () => new Secret(text);
}

/** A receiver | its stand-in. */
const RECEIVERS: readonly (readonly [target: ReceiverTarget, answer: (received: Received) => Reply])[] = [
  [
    { kind: 'pagerduty', routingKey: secret(ROUTING_KEY), url: 'https://events.pagerduty.test/v2/enqueue' },
    answerAsPagerduty,
  ],
  [
    {
      kind: 'discord',
      webhookUrl: secret('https://discord.test/api/webhooks/1/hunter2'),
      mention: '<@&123456789012345678>',
    },
    answerAsDiscord,
  ],
  [{ kind: 'teams', webhookUrl: secret('https://teams.test/workflows/hunter2') }, answerAsTeams],
  [
    { kind: 'ntfy', url: 'https://ntfy.test', topic: secret('hunter2'), token: secret('tk_hunter2') },
    answerAsNtfy,
  ],
];

async function send(
  target: ReceiverTarget,
  answer: (received: Received) => Reply,
  message: Notification,
): Promise<{ receipt: Receipt; received: readonly Received[] }> {
  const { post, received } = postTo(answer);
  const receipt = await openChannel(target, { post, clock: { now: () => message.at } }).send(message, NEVER);
  return { receipt, received };
}

describe.each(RECEIVERS)('openChannel(), $kind', (target, answer) => {
  test.each(Object.entries(MESSAGES))('sends %s', async (_, message) => {
    const { receipt, received } = await send(target, answer, message);

    expect(receipt.kind).toBe('delivered');
    expect(received.length).toBeGreaterThan(0);
    // An incident is resolved by its key alone.
    if (target.kind === 'pagerduty' && received.every(({ body }) => !body.includes('"payload"'))) return;
    const shown = received.map(({ body }) => body.replaceAll('\\\\', '')).join();
    const [first] = notificationWords(message, 1, message.at).listed;
    expect(shown).toContain(plainText(first?.words.headline ?? []));
  });

  test('is within the limits of its documentation, whatever others call themselves', async () => {
    await fc.assert(
      fc.asyncProperty(hostileNotification, async (message) => {
        const { receipt } = await send(target, answer, message);
        expect(receipt).toMatchObject({ kind: 'delivered' });
      }),
      { numRuns: 60 },
    );
  });

  test('is within them with fifty alerts of hundreds of credentials with the longest names', async () => {
    const name = '\u{1F468}\u200D\u{1F469}'.repeat(12);
    const credentials = Array.from({ length: 300 }, (_, i) => `${i} ${name}`);
    const alerts = Array.from({ length: 50 }, (_, i) =>
      alertOf({
        fingerprint: `${i}`.repeat(300),
        credentials,
        subject: { kind: 'bucket', key: String(i), source: { value: `${i}${name}`, kind: 'account' } },
      }),
    );
    const message = notificationOf({ alerts, truncatedAlerts: 100 });

    expect((await send(target, answer, message)).receipt).toMatchObject({ kind: 'delivered' });
  });

  // answer | what becomes of it
  test.each([
    [
      { status: 429, headers: { 'retry-after': '3' }, body: 'slow' },
      { kind: 'retry', afterMs: 3_000 },
    ],
    [{ status: 500, body: 'oops' }, { kind: 'retry' }],
    [{ status: 503 }, { kind: 'retry' }],
    [{ status: 400, body: 'no' }, { kind: 'refused' }],
    [{ status: 404 }, { kind: 'refused' }],
    [{ status: 302 }, { kind: 'refused' }],
  ])('judges %j', async (reply, expected) => {
    const { receipt } = await send(target, () => reply, notificationOf());

    expect(receipt).toMatchObject(expected);
  });
});

describe('openChannel(), pagerduty', () => {
  const [target] = RECEIVERS[0] ?? [];
  if (!target) throw new Error('No PagerDuty');

  test('goes on where it was held up, so that many alerts get through', async () => {
    let left = 3;
    const { post, received } = postTo((one) => (left-- > 0 ? answerAsPagerduty(one) : { status: 429 }));
    const channel = openChannel(target, { post, clock: { now: () => 0 } });
    const alerts = ['a', 'b', 'c', 'd', 'e'].map((fingerprint) => alertOf({ fingerprint }));
    const message = notificationOf({ alerts });

    expect((await channel.send(message, NEVER)).kind).toBe('retry');
    left = 10;
    expect((await channel.send(message, NEVER)).kind).toBe('delivered');
    expect(received.map(({ body }) => JSON.parse(body).dedup_key)).toEqual(
      ['a', 'b', 'c', 'd', 'd', 'e'].map((key) => `headroom/${key}`),
    );
  });

  test('opens, acknowledges and resolves one incident by one key', async () => {
    const transitions = [MESSAGES.exhausted, MESSAGES.acknowledged, MESSAGES.resolved];
    const events = [];
    for (const message of transitions) {
      if (!message) throw new Error('No message');
      const { received } = await send(target, answerAsPagerduty, message);
      events.push(...received.map(({ body }) => JSON.parse(body)));
    }

    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
  });
});

test('openChannel(), discord, allows only the configured mention, and only for critical alerts', async () => {
  const [target, answer] = RECEIVERS[1] ?? [];
  if (!target || !answer) throw new Error('No Discord');
  const bodyOf = async (message = notificationOf()) =>
    JSON.parse((await send(target, answer, message)).received[0]?.body ?? '');

  expect(await bodyOf()).toMatchObject({
    content: '<@&123456789012345678>',
    allowed_mentions: { parse: [], roles: ['123456789012345678'] },
  });
  expect(await bodyOf(MESSAGES.low)).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(await bodyOf(MESSAGES.low)).not.toHaveProperty('content');
});

test('openChannel(), teams, tries again when an old connector reports with 200 that it has not delivered', async () => {
  const [target] = RECEIVERS[2] ?? [];
  if (!target) throw new Error('No Teams');
  const body = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429';

  expect((await send(target, () => ({ status: 200, body }), notificationOf())).receipt.kind).toBe('retry');
});

test('openChannel(), ntfy, sends its token as a header', async () => {
  const [target, answer] = RECEIVERS[3] ?? [];
  if (!target || !answer) throw new Error('No ntfy');
  const { received } = await send(target, answer, notificationOf());

  expect(received[0]?.headers.authorization).toBe('Bearer tk_hunter2');
});

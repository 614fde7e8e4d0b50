import { describe, expect, test } from 'vitest';
import { sampleFire, sampleResolve } from '../../../src/cli/alerts/sample-notification.ts';
import type { ReadSecret, ReceiverTarget } from '../../../src/domain/alerts/delivery/receiver.ts';
import { SEVERITIES, type Severity } from '../../../src/domain/alerts/rules/alert-rule.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { openChannel } from '../../../src/notify/open-channel.ts';
import { postTo } from '../../notify/post-to.ts';
import type { Received, Reply } from '../../notify/receiving-server.ts';
import { answerAsDiscord, answerAsNtfy, answerAsPagerduty, answerAsTeams } from '../../notify/stand-ins.ts';

const NOW = Date.parse('2026-11-29T15:04:05Z');
const PAGE = 'https://headroom.example.com/';

function secret(text: string): ReadSecret {
  return async () => new Secret(text);
}

function answerAsSlack({ path }: Received): Reply {
  if (path.startsWith('/services/')) return { status: 200, body: 'ok' };
  return { status: 200, body: JSON.stringify({ ok: true, channel: 'C024BE91L', ts: '1401383885.000061' }) };
}

/** A receiver that mentions its readers if its kind can | what answers. */
const RECEIVERS: readonly (readonly [ReceiverTarget, (received: Received) => Reply])[] = [
  [
    { kind: 'slack', webhookUrl: secret('https://slack.test/services/hunter2'), mention: '<!here>' },
    answerAsSlack,
  ],
  [
    {
      kind: 'slack_bot',
      token: secret('xoxb-hunter2'),
      channel: 'C024BE91L',
      mention: '<!here>',
      apiUrl: 'https://slack.test/api',
    },
    answerAsSlack,
  ],
  [
    { kind: 'webhook', url: secret('https://hook.test/'), headers: {}, hmacSecret: undefined },
    () => ({ status: 200 }),
  ],
  [
    {
      kind: 'alertmanager',
      urls: [secret('https://am.test')],
      authorization: undefined,
      resendIntervalMs: 60_000,
    },
    () => ({ status: 200 }),
  ],
  [
    {
      kind: 'pagerduty',
      routingKey: secret('r0ut1ngk3y'.padEnd(32, '0')),
      url: 'https://pagerduty.test/v2/enqueue',
    },
    answerAsPagerduty,
  ],
  [{ kind: 'teams', webhookUrl: secret('https://teams.test/workflows/hunter2') }, answerAsTeams],
  [
    {
      kind: 'discord',
      webhookUrl: secret('https://discord.test/api/webhooks/1/hunter2'),
      mention: '@everyone',
    },
    answerAsDiscord,
  ],
  [{ kind: 'ntfy', url: 'https://ntfy.test', topic: secret('hunter2'), token: undefined }, answerAsNtfy],
];

/** Keys of JSON whose texts a reader sees first, or alone: on a lock screen, in a list, in the header of a message. */
const FIRST_TEXTS = new Set(['text', 'title', 'message', 'summary', 'description']);
/** Texts that stand below the first ones: labels of buttons, and what to do. */
const LATER = /^(Open( in)? Headroom|Headroom|\*?What to do now|Open the link|Rule )/;

async function bodiesOf([target, answer]: (typeof RECEIVERS)[number], severity: Severity = 'critical') {
  const { post, received } = postTo(answer);
  const channel = openChannel(target, { post, clock: { now: () => NOW } });
  const { signal } = new AbortController();
  const fire = sampleFire({ receiver: 'platform', severity, now: NOW, pageUrl: PAGE, id: 'test-1' });
  const begun = await channel.send(fire, signal);
  const thread = begun.kind === 'delivered' ? begun.thread : undefined;
  const ended = await channel.send(sampleResolve(fire, thread, NOW), signal);
  expect([begun.kind, ended.kind]).toEqual(['delivered', 'delivered']);
  return received.map(({ body }) => JSON.parse(body) as unknown);
}

/** Returns the texts of a message that its readers see, from every depth. */
function textsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return FIRST_TEXTS.has(key) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, each]) => textsOf(each, Array.isArray(value) ? key : name));
}

describe.each(RECEIVERS)('a test message, $kind', (...receiver) => {
  const [{ kind }] = receiver;

  test('is the expected one', async () => {
    const bodies = await bodiesOf(receiver);
    await expect(`${JSON.stringify(bodies, null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}.json`);
  });

  test('begins with TEST in every header and text', async () => {
    const texts = textsOf(await bodiesOf(receiver)).filter((text) => !LATER.test(text));

    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^TEST\b/);
  });

  test.each(SEVERITIES)('names no address, no number of pulls and no user, severity %s', async (severity) => {
    const written = JSON.stringify(await bodiesOf(receiver, severity));

    expect(written).not.toMatch(/<!|<@|@everyone|@here/);
    expect(written).not.toMatch(/\b\d{1,3}(\.\d{1,3}){3}\b|pulls|credential\b/);
  });
});

import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alerts/alert.ts';
import type { Notification } from '../../src/domain/alerts/delivery/notification.ts';
import type { ReadSecret, ReceiverTarget } from '../../src/domain/alerts/delivery/receiver.ts';
import { CONDITIONS } from '../../src/domain/alerts/rules/alert-rule.ts';
import type { LargestSpenders } from '../../src/domain/spending/largest-spenders.ts';
import { systemTimers } from '../../src/kit/clock.ts';
import { Secret } from '../../src/kit/secret.ts';
import { addSpenders, withSpenders } from '../../src/notify/add-spenders.ts';
import { openChannel } from '../../src/notify/open-channel.ts';
import { after, alertOf, LOW, notificationOf, RUNNING_OUT } from '../domain/alerts/sample-alerts.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { postTo } from './post-to.ts';

const NEVER = new AbortController().signal;
const SPENDERS: LargestSpenders = {
  spenders: [
    { team: 'shop', pulls: { low: 36, high: 42 }, workload: 'shop/web', part: 'most' },
    { team: 'data', pulls: { low: 5, high: 5 }, workload: 'etl/load', part: 'all' },
    { team: 'ops', pulls: { low: 3, high: 3 }, workload: 'ops/scan', part: 'some' },
  ],
  others: 4,
  spent: 60,
  unexplained: { low: 6, high: 12 },
  unread: [],
};
/** Names of namespaces and teams that mean something in the markup of a receiver. */
const HOSTILE: LargestSpenders = {
  spenders: [
    { team: '<!channel> & *shop*', pulls: { low: 1, high: 1 }, workload: 'a_b_c/`web`', part: 'all' },
    {
      team: '[click](https://evil.example)',
      pulls: { low: 1, high: 1 },
      workload: '@everyone/x',
      part: 'some',
    },
    { team: '\u202Eneves\n# header', pulls: { low: 0, high: 1 }, workload: '/', part: 'most' },
  ],
  others: 0,
  spent: 3,
  unexplained: { low: 0, high: 1 },
  unread: ['<@U012AB3CD>'],
};

const ports = { timers: systemTimers, log: createLogRecorder().log };
const secret =
  (text: string): ReadSecret =>
  async () =>
    new Secret(text);

const TARGETS: readonly ReceiverTarget[] = [
  { kind: 'slack', webhookUrl: secret('https://hooks.slack.test/x'), mention: '<!here>' },
  { kind: 'teams', webhookUrl: secret('https://teams.test/x') },
  { kind: 'pagerduty', routingKey: secret('0'.repeat(32)), url: 'https://pagerduty.test/' },
  { kind: 'discord', webhookUrl: secret('https://discord.test/x'), mention: undefined },
  { kind: 'ntfy', url: 'https://ntfy.test', topic: secret('x'), token: undefined },
  { kind: 'webhook', url: secret('https://hook.test/x'), headers: {}, hmacSecret: undefined },
  {
    kind: 'alertmanager',
    urls: [secret('https://alertmanager.test')],
    authorization: undefined,
    resendIntervalMs: 60_000,
  },
] as const;

const lowAlert = alertOf({ ...LOW, credentials: ['ci'] }, { remaining: 18, forecast: undefined });
const runningOut = alertOf(
  { rule: 'RateLimitRunningOut', when: 'running_out', severity: 'warning' },
  { remaining: 18, forecast: RUNNING_OUT },
);
const MESSAGES: Readonly<Record<string, readonly [Notification, LargestSpenders | undefined]>> = {
  exhausted: [notificationOf(), SPENDERS],
  low: [
    notificationOf({ alerts: [lowAlert] }),
    { spenders: [], others: 0, spent: 60, unexplained: { low: 60, high: 60 }, unread: ['prod'] },
  ],
  'running out, with hostile names': [notificationOf({ alerts: [runningOut] }), HOSTILE],
  'several at once': [notificationOf({ alerts: [alertOf(), lowAlert], at: after(1) }), SPENDERS],
  'without clusters': [notificationOf(), undefined],
};

async function bodyOf(
  target: ReceiverTarget,
  [message, spenders]: (typeof MESSAGES)[string],
): Promise<string> {
  const { post, received } = postTo(() => ({ status: 200, body: 'ok' }));
  const channel = openChannel(target, { post, clock: { now: () => message.at } });
  await withSpenders(channel, { ...ports, spendersOf: async () => spenders }).send(message, NEVER);
  return received.map(({ body }) => `${JSON.stringify(JSON.parse(body), null, 2)}\n`).join('');
}

describe.each(TARGETS)('withSpenders(), $kind', (target) => {
  test('names the largest spenders', async () => {
    const texts = await Promise.all(
      Object.entries(MESSAGES).map(async ([name, message]) => `${name}\n${await bodyOf(target, message)}`),
    );

    await expect(texts.join('\n')).toMatchFileSnapshot(`golden/spenders-${target.kind}.txt`);
  });
});

describe('addSpenders()', () => {
  const known = { ...ports, spendersOf: async () => SPENDERS };
  const has = (alerts: readonly Alert[]) => alerts.map(({ facts }) => facts.spenders !== undefined);

  test('adds them to alerts about the pulls of a bucket only', async () => {
    const alerts = CONDITIONS.map((when) => alertOf({ when }));
    const added = (await addSpenders(alerts, known, NEVER)).filter(({ facts }) => facts.spenders);

    expect(added.map(({ when }) => when).sort()).toEqual(['exhausted', 'low', 'running_out']);
  });

  test('adds nothing to an alert that has ended, nor where spending is not configured', async () => {
    const ended = alertOf({ state: 'resolved', resolvedAt: after(5), resolution: 'recovered' });

    expect(has(await addSpenders([ended], known, NEVER))).toEqual([false]);
    expect(has(await addSpenders([alertOf()], ports, NEVER))).toEqual([false]);
    expect(
      has(await addSpenders([alertOf()], { ...ports, spendersOf: async () => undefined }, NEVER)),
    ).toEqual([false]);
  });

  test('requests those of ten alerts at most', async () => {
    const alerts = Array.from({ length: 40 }, (_, i) => alertOf({ fingerprint: String(i) }));

    expect(has(await addSpenders(alerts, known, NEVER)).filter(Boolean)).toHaveLength(10);
  });

  test('a history that cannot be read does not prevent a message, and is logged', async () => {
    const { log, lines } = createLogRecorder();
    const spendersOf = async () => Promise.reject(new Error('The history cannot be read now'));

    expect(has(await addSpenders([alertOf()], { ...ports, log, spendersOf }, NEVER))).toEqual([false]);
    expect(lines).toMatchObject([
      { level: 'warn', message: 'A message is sent without the largest spenders' },
    ]);
  });

  test('a message does not wait longer than 3 seconds', async () => {
    const delays: number[] = [];
    const timers = {
      after(delayMs: number, run: () => void) {
        delays.push(delayMs);
        queueMicrotask(run);
        return () => undefined;
      },
    };
    const spendersOf = () => new Promise<undefined>(() => undefined);

    expect(has(await addSpenders([alertOf()], { ...ports, timers, spendersOf }, NEVER))).toEqual([false]);
    expect(delays).toEqual([3_000]);
  });
});

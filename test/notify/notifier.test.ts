import { describe, expect, test } from 'vitest';
import type { Receiver } from '../../src/domain/alerts/delivery/receiver.ts';
import { SEVERITIES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { Secret } from '../../src/kit/secret.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { alertOf, notificationOf } from '../domain/alerts/sample-alerts.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { createVirtualTime, START_AT, settled } from '../poller/virtual-time.ts';
import { postTo } from './post-to.ts';
import type { Reply } from './receiving-server.ts';

/** A notifier over a stand-in that answers by `replies`, and 200 when they are used up. */
function createWorld(replies: Reply[] = []) {
  const time = createVirtualTime();
  const { log, texts } = createLogRecorder();
  const settled: string[] = [];
  const { post, received } = postTo(() => replies.shift() ?? { status: 200 });
  const notifier = createNotifier({
    post,
    clock: time.clock,
    timers: time.timers,
    random: () => 0,
    log,
    settle: ({ id }, settlement) => {
      settled.push(`${id} ${settlement.kind === 'dropped' ? settlement.reason : 'delivered'}`);
    },
    pageUrl: () => 'https://headroom.example.com/',
  });
  return { time, texts, settled, received, notifier };
}

function webhook(name: string, url = `https://${name}.test/`): Receiver {
  return {
    name,
    severities: SEVERITIES,
    sendResolved: true,
    repeatIntervalMs: 1,
    quietHours: undefined,
    target: { kind: 'webhook', url: async () => new Secret(url), headers: {}, hmacSecret: undefined },
  };
}

function alertmanager(name: string, changes: Partial<Receiver> = {}): Receiver {
  const urls = [async () => new Secret('http://am:9093')];
  const target = { kind: 'alertmanager', urls, authorization: undefined, resendIntervalMs: 60_000 } as const;
  return { ...webhook(name), target, ...changes };
}

function message(id: string, receiver = 'a') {
  return notificationOf({ id, receiver, at: START_AT });
}

describe('createNotifier()', () => {
  test('brings each message to its receiver', async () => {
    const { notifier, received, settled: settlements } = createWorld();
    notifier.apply([webhook('a'), webhook('b')]);
    notifier.submit(message('1', 'b'));
    await settled();

    expect(received.map(({ body }) => JSON.parse(body).receiver)).toEqual(['b']);
    expect(settlements).toEqual(['1 delivered']);
    expect(notifier.health().map(({ name, sent }) => [name, sent])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  test('settles a message without a receiver as dropped, but not from within submit', async () => {
    const { notifier, settled: settlements } = createWorld();
    notifier.submit(message('1'));
    expect(settlements).toEqual([]);
    await settled();

    expect(settlements).toEqual(['1 There is no receiver of this name any more']);
  });

  test('keeps what waits when a receiver changes, and sends it by the new configuration', async () => {
    const { notifier, time, received, settled: settlements } = createWorld([{ status: 503 }]);
    notifier.apply([webhook('a', 'https://old.test/')]);
    notifier.submit(message('1'));
    notifier.submit(message('2'));
    await settled();
    notifier.apply([webhook('b'), webhook('a', 'https://a.test/new')]);
    await time.advance(10_000);

    expect(settlements).toEqual(['1 delivered', '2 delivered']);
    expect(received.map(({ path }) => path)).toEqual(['/', '/new', '/new']);
    expect(notifier.health().map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test('still sends what waits for a receiver that is gone', async () => {
    const { notifier, time, settled: settlements } = createWorld([{ status: 503 }]);
    notifier.apply([webhook('a')]);
    notifier.submit(message('1'));
    await settled();
    notifier.apply([]);
    expect(notifier.health()).toEqual([]);
    await time.advance(10_000);

    expect(settlements).toEqual(['1 delivered']);
  });

  test('ends without settling what waits', async () => {
    const { notifier, time, settled: settlements } = createWorld([{ status: 503 }]);
    notifier.apply([webhook('a'), alertmanager('am')]);
    notifier.submit(message('1'));
    await settled();
    await notifier.stop();
    await time.advance(60_000);

    expect(settlements).toEqual([]);
  });
});

describe('createNotifier(), Alertmanager', () => {
  const firing = alertOf({ fingerprint: 'a' });

  function told(body: string, now = START_AT): string[] {
    return JSON.parse(body).map(
      (alert: { labels: { alertname: string }; endsAt: string }) =>
        `${alert.labels.alertname} ${Date.parse(alert.endsAt) > now ? 'fires' : 'is over'}`,
    );
  }

  test('sends what fires, again and again, until it is over', async () => {
    const { notifier, time, received } = createWorld();
    notifier.apply([alertmanager('am')]);
    notifier.present([firing, alertOf({ fingerprint: 'b', state: 'pending', firedAt: undefined })]);
    await time.advance(150_000);
    notifier.present([]);
    await settled();

    expect(received.map(({ body }) => told(body).length)).toEqual([1, 1, 1, 1]);
    const ends = received.map(({ body }) => Date.parse(JSON.parse(body)[0].endsAt) - START_AT);
    expect(ends).toEqual([240_000, 300_000, 360_000, 150_000]);
  });

  test('sends nothing new twice, and nothing at all while nothing fires', async () => {
    const { notifier, time, received } = createWorld();
    notifier.apply([alertmanager('am')]);
    notifier.present([]);
    await time.advance(600_000);
    expect(received).toEqual([]);
    notifier.present([firing]);
    notifier.present([firing]);
    await time.advance(1_000);

    expect(received).toHaveLength(1);
  });

  test('repeats an end for a quarter of an hour, for a peer that could not be reached', async () => {
    const { notifier, time, received } = createWorld();
    notifier.apply([alertmanager('am')]);
    notifier.present([firing]);
    await time.advance(1_000);
    notifier.present([]);
    await time.advance(3_600_000);

    expect(received.length).toBeGreaterThan(10);
    expect(received.length).toBeLessThan(20);
    expect(
      received
        .slice(1)
        .every(({ body }) => told(body, START_AT + 1_000).join() === 'RateLimitExhausted is over'),
    ).toBe(true);
  });

  test('tries again soon when a peer fails', async () => {
    const { notifier, time, received, texts } = createWorld([{ status: 503 }, { status: 503 }]);
    notifier.apply([alertmanager('am')]);
    notifier.present([firing]);
    await time.advance(2_000);

    expect(received).toHaveLength(3);
    expect(notifier.health()).toMatchObject([
      { name: 'am', sent: 1, failed: 2, queued: 0, lastError: undefined },
    ]);
    expect(texts()[0]).toContain('am:9093 answers 503');
  });

  test('sends its severities only', async () => {
    const { notifier, received } = createWorld();
    notifier.apply([alertmanager('am', { severities: ['warning'] })]);
    notifier.present([firing]);
    await settled();

    expect(received).toEqual([]);
  });

  test('keeps a silenced alert back, but does not end one that was sent', async () => {
    const { notifier, time, received } = createWorld();
    notifier.apply([alertmanager('am')]);
    notifier.present([firing, alertOf({ fingerprint: 'b', silencedBy: 's' })]);
    await time.advance(1_000);
    notifier.present([{ ...firing, silencedBy: 's' }]);
    await time.advance(60_000);

    expect(received.map(({ body }) => told(body))).toEqual([
      ['RateLimitExhausted fires'],
      ['RateLimitExhausted fires'],
    ]);
  });

  test('ends its alerts when the receiver is gone', async () => {
    const { notifier, time, received } = createWorld();
    notifier.apply([alertmanager('am')]);
    notifier.present([firing]);
    await time.advance(1_000);
    notifier.apply([]);
    await time.advance(1_000);

    expect(Date.parse(JSON.parse(received.at(-1)?.body ?? '')[0].endsAt)).toBe(START_AT + 1_000);
  });

  test('gets the firing alerts when it is added', async () => {
    const { notifier, received } = createWorld();
    notifier.present([firing]);
    notifier.apply([alertmanager('am')]);
    await settled();

    expect(received).toHaveLength(1);
  });
});

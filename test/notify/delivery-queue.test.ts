import { describe, expect, test } from 'vitest';
import type { Notification, Settlement } from '../../src/domain/alerts/delivery/notification.ts';
import type { Channel, Receipt } from '../../src/notify/channel.ts';
import { createDeliveryQueue, QUEUE_CAPACITY } from '../../src/notify/delivery-queue.ts';
import { receiver } from '../alerts/test-receivers.ts';
import { notificationOf } from '../domain/alerts/sample-alerts.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { createVirtualTime, START_AT, settled } from '../poller/virtual-time.ts';

const OK: Receipt = { kind: 'delivered', answer: 'ok' };
const BUSY: Receipt = { kind: 'retry', reason: 'slack.test answers 503' };

/** A queue over a channel that answers by a script, and `ok` when it is at its end. */
function createQueue({ minIntervalMs = 1_000, script = [] as (Receipt | Error | 'hang')[] } = {}) {
  const time = createVirtualTime();
  const { log, texts } = createLogRecorder();
  const attempts: { at: number; id: string; thread: string | undefined; sentBy: string }[] = [];
  const settlements: { id: string; settlement: Settlement }[] = [];
  const channelNamed = (sentBy: string): Channel => ({
    async send(notification, signal) {
      attempts.push({
        at: time.clock.now() - START_AT,
        id: notification.id,
        thread: notification.thread,
        sentBy,
      });
      const next = script.shift() ?? OK;
      if (next instanceof Error) throw next;
      if (next !== 'hang') return next;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'aborted' }));
      });
    },
  });
  const queue = createDeliveryQueue(receiver('old'), {
    open: ({ name }) => ({ channel: channelNamed(name), minIntervalMs }),
    clock: time.clock,
    timers: time.timers,
    random: () => 0,
    log,
    settle: ({ id }, settlement) => void settlements.push({ id, settlement }),
  });
  return { time, texts, attempts, settlements, queue };
}

function message(id: string, changes: Partial<Notification> = {}): Notification {
  return notificationOf({ id, at: START_AT, ...changes });
}

describe('createDeliveryQueue()', () => {
  test('sends at once, and then at its pace, in order', async () => {
    const { queue, time, attempts, settlements } = createQueue();
    for (const id of ['a', 'b', 'c']) queue.submit(message(id));
    await time.advance(10_000);

    expect(attempts.map(({ id, at }) => [id, at])).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 2_000],
    ]);
    expect(settlements.map(({ id, settlement }) => [id, settlement.kind])).toEqual([
      ['a', 'delivered'],
      ['b', 'delivered'],
      ['c', 'delivered'],
    ]);
  });

  test('tries again with growing pauses, and keeps the order', async () => {
    const { queue, time, attempts, texts } = createQueue({ minIntervalMs: 0, script: [BUSY, BUSY, BUSY] });
    queue.submit(message('a'));
    queue.submit(message('b'));
    await time.advance(60_000);

    expect(attempts.map(({ id, at }) => [id, at])).toEqual([
      ['a', 0],
      ['a', 500],
      ['a', 1_500],
      ['a', 3_500],
      ['b', 3_500],
    ]);
    expect(texts().filter((line) => line.startsWith('warn'))).toEqual([
      'warn: A message could not be sent, and will be tried again {"receiver":"old","reason":"slack.test answers 503","pauseMs":500}',
      'warn: A message could not be sent, and will be tried again {"receiver":"old","reason":"slack.test answers 503","pauseMs":1000}',
      'warn: A message could not be sent, and will be tried again {"receiver":"old","reason":"slack.test answers 503","pauseMs":2000}',
    ]);
  });

  test('waits as long as Retry-After states', async () => {
    const { queue, time, attempts } = createQueue({ script: [{ ...BUSY, afterMs: 30_000 }] });
    queue.submit(message('a'));
    await time.advance(29_999);
    expect(attempts).toHaveLength(1);
    await time.advance(1);

    expect(attempts).toHaveLength(2);
  });

  test('gives up what is refused, and goes on', async () => {
    const refused: Receipt = { kind: 'refused', reason: 'slack.test answers 404: no_service' };
    const { queue, time, settlements, texts } = createQueue({ script: [refused] });
    queue.submit(message('a'));
    queue.submit(message('b'));
    await time.advance(5_000);

    expect(settlements).toEqual([
      { id: 'a', settlement: { kind: 'dropped', reason: 'slack.test answers 404: no_service' } },
      { id: 'b', settlement: { kind: 'delivered', thread: undefined } },
    ]);
    expect(texts()).toContain(
      'error: A message is given up {"receiver":"old","transition":"fire","reason":"slack.test answers 404: no_service"}',
    );
    expect(queue.health()).toMatchObject({ queued: 0, sent: 1, failed: 1, lastError: undefined });
  });

  test('tries again when a secret cannot be read', async () => {
    const { queue, time, settlements, texts } = createQueue({
      script: [new Error('Cannot read /run/s: no such file')],
    });
    queue.submit(message('a'));
    await time.advance(5_000);

    expect(settlements).toHaveLength(1);
    expect(texts()[0]).toContain('Cannot read /run/s: no such file');
  });

  test('gives up after a day', async () => {
    const script = Array.from({ length: 5_000 }, () => BUSY);
    const { queue, time, settlements, attempts } = createQueue({ script });
    queue.submit(message('a'));
    await time.advance(25 * 3_600_000);

    expect(settlements).toEqual([
      { id: 'a', settlement: { kind: 'dropped', reason: 'slack.test answers 503' } },
    ]);
    expect(attempts.at(-1)?.at).toBeGreaterThanOrEqual(24 * 3_600_000);
  });

  test('drops the oldest that waits when it is full, counts it, and reports it', async () => {
    const { queue, settlements, texts } = createQueue({ script: ['hang'] });
    for (let i = 0; i < QUEUE_CAPACITY + 3; i++) queue.submit(message(String(i)));
    expect(settlements).toEqual([]);
    await settled();

    // The first is under way: the other side may have it already.
    expect(settlements.map(({ id }) => id)).toEqual(['1', '2']);
    expect(settlements[0]?.settlement).toEqual({ kind: 'dropped', reason: 'More than 100 messages wait' });
    expect(queue.health()).toMatchObject({ queued: QUEUE_CAPACITY + 1, failed: 2 });
    expect(texts().filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  test('hands a new thread to what waits of the same group', async () => {
    const { queue, time, attempts } = createQueue({ script: [{ ...OK, thread: 'ts1' }] });
    queue.submit(message('a'));
    queue.submit(message('b', { transition: 'resolve' }));
    queue.submit(message('c', { groupKey: 'another' }));
    queue.submit(message('d', { thread: 'known' }));
    await time.advance(5_000);

    expect(attempts.map(({ id, thread }) => [id, thread])).toEqual([
      ['a', undefined],
      ['b', 'ts1'],
      ['c', undefined],
      ['d', 'known'],
    ]);
  });

  test('sends what waits through the channel of a changed configuration, at once', async () => {
    const { queue, time, attempts } = createQueue({ script: [{ ...BUSY, afterMs: 600_000 }] });
    queue.submit(message('a'));
    await time.advance(10_000);
    queue.use(receiver('new'));
    await settled();

    expect(attempts.map(({ id, at, sentBy }) => [id, at, sentBy])).toEqual([
      ['a', 0, 'old'],
      ['a', 10_000, 'new'],
    ]);
  });

  test('gives up a minute after its receiver was removed', async () => {
    const script = Array.from({ length: 50 }, () => BUSY);
    const { queue, time, settlements } = createQueue({ script });
    queue.submit(message('a'));
    queue.retire();
    await time.advance(59_000);
    expect(settlements).toEqual([]);
    await time.advance(60_000);

    expect(settlements).toHaveLength(1);
    expect(queue.isIdle()).toBe(true);
  });

  test('waits for what is under way when it stops, and settles nothing that was not sent', async () => {
    const { queue, time, settlements } = createQueue({ script: ['hang'] });
    queue.submit(message('a'));
    queue.submit(message('b'));
    let hasStopped = false;
    const stopped = queue.stop().then(() => {
      hasStopped = true;
    });
    await time.advance(1_400);
    expect(hasStopped).toBe(false);
    await time.advance(600);
    await stopped;

    expect(settlements).toEqual([]);
    expect(time.pending()).toBe(0);
  });

  test('sends nothing after it has stopped', async () => {
    const { queue, time, attempts } = createQueue({ script: [BUSY] });
    queue.submit(message('a'));
    await time.advance(100);
    await queue.stop();
    queue.submit(message('b'));
    await time.advance(60_000);

    expect(attempts).toHaveLength(1);
  });

  test('goes on when the settlement cannot be noted', async () => {
    const time = createVirtualTime();
    const { log, texts } = createLogRecorder();
    let sent = 0;
    const send = async () => {
      sent += 1;
      return OK;
    };
    const queue = createDeliveryQueue(receiver('platform'), {
      open: () => ({ channel: { send }, minIntervalMs: 0 }),
      clock: time.clock,
      timers: time.timers,
      random: () => 0,
      log,
      settle: () => {
        throw new Error('The disk is full');
      },
    });
    queue.submit(message('a'));
    queue.submit(message('b'));
    await time.advance(1_000);

    expect(sent).toBe(2);
    expect(texts().filter((line) => line.includes('could not be noted'))).toHaveLength(2);
  });
});

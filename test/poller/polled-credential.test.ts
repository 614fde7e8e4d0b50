import { describe, expect, test } from 'vitest';
import { ProbeWaitError } from '../../src/poller/probe-wait-error.ts';
import { BLOCKED, createTestPoller, credential, hangingProbe, MINUTE_MS, slowProbe } from './fixtures.ts';
import { settled } from './virtual-time.ts';

const ONE_LANE = { concurrency: 1 };

/** Creates a poller with one credential whose probes take 2 s. */
function createFixture(overrides: Parameters<typeof credential>[1] = {}) {
  const bench = createTestPoller(() => slowProbe(bench.time.timers, 2_000)());
  bench.poller.apply([credential('ci', overrides)], ONE_LANE);
  return bench;
}

describe('probeNow()', () => {
  test('joins a running probe', async () => {
    const { poller, time, sent, observations } = createFixture();
    await time.advance(1_000);
    const answers = Promise.all([poller.probeNow('ci'), poller.probeNow('ci')]);
    await time.advance(1_000);
    expect(await answers).toEqual(['probed', 'probed']);
    expect(sent).toHaveLength(1);
    expect(observations).toHaveLength(1);
  });

  test('joins a probe that runs after its jitter, or waits for a slot, without sending it twice', async () => {
    const bench = createTestPoller(() => slowProbe(bench.time.timers, 2_000)());
    bench.poller.apply([credential('other'), credential('ci', { jitterMs: 2_000 })], ONE_LANE);
    await bench.time.advance(2 * MINUTE_MS + 1_500);
    bench.sent.length = 0;
    // At the tick `other` takes the only slot; the jitter of `ci` has ended after 1 s.
    const answer = bench.poller.probeNow('ci');
    await bench.time.advance(1_000);
    void bench.poller.probeNow('ci');
    await bench.time.advance(10_000);
    expect(await answer).toBe('probed');
    expect(bench.sent.map(({ name }) => name)).toEqual(['ci']);
  });

  test('resolves after the result is recorded', async () => {
    const { poller, time, observations } = createFixture();
    await time.advance(30_000);
    const recorded = poller.probeNow('ci').then(() => observations.length);
    await time.advance(2_000);
    expect(await recorded).toBe(2);
  });

  test('begins a probe when none is running', async () => {
    const { poller, time, sent } = createFixture();
    await time.advance(30_000);
    const answer = poller.probeNow('ci');
    await time.advance(2_000);
    expect(await answer).toBe('probed');
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 30_000]);
  });

  test('sends no probe when the last result is younger than 5 s', async () => {
    const { poller, time, sent } = createFixture();
    await time.advance(2_000 + 4_999);
    expect(await poller.probeNow('ci')).toBe('fresh');
    expect(sent).toHaveLength(1);
    await time.advance(1);
    void poller.probeNow('ci');
    expect(sent).toHaveLength(2);
  });

  test('sends no probe while the hub blocks the credential', async () => {
    const { poller, time, sent } = createTestPoller(async () => BLOCKED);
    poller.apply([credential('ci')], ONE_LANE);
    await time.advance(30_000);
    expect(await poller.probeNow('ci')).toBe('backing_off');
    expect(sent).toHaveLength(1);
  });

  test('does not wait for the jitter of a waiting probe', async () => {
    const { poller, time, sent } = createFixture({ jitterMs: 20_000 });
    await time.advance(61_000);
    const answer = poller.probeNow('ci');
    await time.advance(2_000);
    expect(await answer).toBe('probed');
    await time.advance(30_000);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 61_000]);
  });

  test('replaces the next tick, so that frequent calls send no more probes', async () => {
    const { poller, time, sent } = createFixture();
    for (let i = 0; i < 30; i++) {
      void poller.probeNow('ci');
      await time.advance(20_000);
    }
    const spacing = sent.slice(1).map(({ atMs }, i) => atMs - (sent[i]?.atMs ?? 0));
    expect(new Set(spacing)).toEqual(new Set([20_000]));
  });

  test('rejects when no result arrives in time, and does not abort the probe', async () => {
    const { poller, time, observations } = createFixture();
    const answer = poller.probeNow('ci', { timeoutMs: 1_500 });
    const caught = answer.catch((error: unknown) => error);
    await time.advance(1_500);
    const error = await caught;
    expect(error).toBeInstanceOf(ProbeWaitError);
    expect(error).toMatchObject({
      name: 'ProbeWaitError',
      reason: 'timeout',
      message: 'No probe ended in the time allowed for credential: ci',
    });
    await time.advance(500);
    expect(observations).toHaveLength(1);
  });

  test('leaves no timer when the result arrives in time', async () => {
    const { poller, time } = createFixture();
    const answer = poller.probeNow('ci', { timeoutMs: 30_000 });
    await time.advance(2_000);
    expect(await answer).toBe('probed');
    // The timer of the check for overdue credentials.
    expect(time.pending()).toBe(1);
  });

  test('rejects for a name that is not polled', async () => {
    const { poller } = createFixture();
    await expect(poller.probeNow('nobody')).rejects.toMatchObject({ reason: 'not_polled' });
  });

  test('rejects when a reload removes the credential', async () => {
    const { poller } = createTestPoller(hangingProbe);
    poller.apply([credential('ci')], ONE_LANE);
    const answer = poller.probeNow('ci');
    poller.apply([], ONE_LANE);
    await expect(answer).rejects.toMatchObject({ reason: 'not_polled' });
  });

  test('does not change the schedule', async () => {
    const { poller, time, sent } = createFixture();
    await time.advance(90_000);
    void poller.probeNow('ci');
    await time.advance(2 * MINUTE_MS);
    await settled();
    // The extra probe at 90 s replaces the tick at 120 s.
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 60_000, 90_000, 180_000]);
  });
});

import { describe, expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import { createTestPoller, credential, METERED, MINUTE_MS } from './fixtures.ts';

const TIMED_OUT: Reading = { kind: 'failed', reason: 'timeout', detail: 'No answer within 10 s' };
const TIMEOUT_MS = 10_000;

describe('many credentials that hang', () => {
  /** Hanging credentials come first in the configuration, and so in each round. */
  async function run(hanging: number, minutes: number) {
    const bench = createTestPoller(({ identity }) =>
      identity.name === 'healthy'
        ? Promise.resolve(METERED)
        : new Promise((resolve) => bench.time.timers.after(TIMEOUT_MS, () => resolve(TIMED_OUT))),
    );
    const names = [...Array.from({ length: hanging }, (_, i) => `hanging-${i}`), 'healthy'];
    bench.poller.apply(
      names.map((name) => credential(name)),
      { concurrency: 16 },
    );
    await bench.time.advance(minutes * MINUTE_MS);
    bench.poller.stop();
    return bench;
  }

  test.each([17, 100, 500])('do not delay the healthy one: %i', async (hanging) => {
    const { sent } = await run(hanging, 30);

    const polls = sent.filter(({ name }) => name === 'healthy').map(({ atMs }) => atMs);
    // At the start it is not known which credentials hang: the first round runs in the order of the configuration.
    const firstRoundMs = Math.ceil((hanging + 1) / 16) * TIMEOUT_MS;
    const later = polls.filter((atMs) => atMs > firstRoundMs);
    expect(later.length).toBeGreaterThanOrEqual(Math.floor((30 * MINUTE_MS - firstRoundMs) / MINUTE_MS));
    expect(later.map((atMs) => atMs % MINUTE_MS)).toEqual(later.map(() => 0));
  });

  test('are still polled, one after the other', async () => {
    const { sent } = await run(100, 30);

    const polls = new Map<string, number>();
    for (const { name } of sent) polls.set(name, (polls.get(name) ?? 0) + 1);
    const counts = [...polls].filter(([name]) => name !== 'healthy').map(([, count]) => count);
    expect(counts).toHaveLength(100);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });
});

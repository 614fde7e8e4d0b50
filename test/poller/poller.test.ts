import { expect, test } from 'vitest';
import { createBench, credential, METERED, MINUTE_MS } from './fixtures.ts';

test('poller probes a credential at once, and then at each tick of its schedule', async () => {
  const { poller, time, sent, observations } = createBench(async () => METERED);
  await time.advance(10_000);
  poller.apply([credential('ci')], { concurrency: 1 });
  await time.advance(4 * MINUTE_MS);
  expect(sent.map(({ atMs }) => atMs)).toEqual([10_000, 120_000, 180_000, 240_000]);
  expect(observations[0]).toEqual({
    credential: 'ci',
    at: time.clock.now() - 240_000,
    durationMs: 0,
    intervalMs: MINUTE_MS,
    reading: METERED,
  });
});

import { describe, expect, test } from 'vitest';
import { credential, login } from './fixtures.ts';
import { startSimulatedHub } from './simulated-hub.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JITTER_MS = 10_000;

/** Returns pseudo-random numbers from 0 to 1, the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('probe() every minute', () => {
  // how each poll is delayed | its delay as a share of the jitter, for poll n
  test.each<[string, (n: number, random: () => number) => number]>([
    ['without jitter', () => 0],
    ['with random jitter', (_, random) => random()],
    ['with jitter that alternates between none and all', (n) => n % 2],
    ['with the fifth poll early and the others late', (n) => (n % 5 === 0 ? 0 : 1)],
    ['with the fifth poll late and the others early', (n) => (n % 5 === 0 ? 1 : 0)],
  ])('costs at most 60 HEADs and 13 tokens an hour, %s', async (_, delay) => {
    const { connect, control, clock } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'hunter2' });
    const hub = connect();
    const plans = [
      credential(),
      credential({ name: 'ci', readLogin: async () => login('acmeci', 'hunter2') }),
    ];

    for (const polled of plans) {
      control.clearLedger();
      const random = sequence(7);
      const startedAt = clock.now();
      for (let poll = 0; poll < 240; poll += 1) {
        clock.advance(startedAt + poll * MINUTE_MS + delay(poll, random) * JITTER_MS - clock.now());
        expect(await hub.probe(polled)).toMatchObject({ kind: 'metered' });
      }

      const entries = control.ledger().map(({ at, path }) => ({ hour: hourOf(at - startedAt), path }));
      for (let hour = 0; hour < 4; hour += 1) {
        const paths = entries.filter((entry) => entry.hour === hour).map(({ path }) => path);
        const tokens = paths.filter((path) => path === '/token').length;
        expect(tokens).toBeLessThanOrEqual(13);
        // In the first hour one more HEAD returns the challenge.
        expect(paths.length - tokens).toBe(hour === 0 ? 61 : 60);
      }
    }
  });
});

function hourOf(elapsedMs: number): number {
  return Math.floor(elapsedMs / HOUR_MS);
}

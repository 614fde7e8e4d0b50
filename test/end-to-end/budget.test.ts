import { describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../hub/fixtures.ts';
import { scrape } from './exported.ts';
import { type RunningHeadroom, startHeadroom, WHEN_ASKED } from './running-headroom.ts';

const MINUTE_MS = 60_000;
const HOURS = 2;
const NAMES = ['anonymous', 'ci'] as const;
/** As the ledger names them. */
const SOURCES = { anonymous: '127.0.0.1', ci: 'acmeci' } as const;
/** Scrapes in a minute: two Prometheus servers, each every 15 seconds. */
const SCRAPES_PER_MINUTE = 8;

describe('what Headroom costs Docker Hub', () => {
  async function open() {
    const clock = manualClock();
    const headroom = await startHeadroom({
      clock,
      settings: () => ({
        poll: { schedule: WHEN_ASKED },
        credentials: [{ name: 'anonymous' }, { name: 'ci', username: 'acmeci', password: 'right' }],
      }),
      prepare: (control) => void control.addAccount({ name: 'acmeci', password: 'right' }),
    });
    onTestFinished(() => headroom.stop());
    await headroom.app.firstRound;
    return { headroom, clock };
  }

  test('60 HEADs and at most 13 tokens for each credential and hour, however often it is scraped', async () => {
    const { headroom, clock } = await open();
    const startedAt = clock.now();
    // The start was the poll of minute 0.
    for (let minute = 1; minute < HOURS * 60; minute += 1) {
      clock.advance(MINUTE_MS);
      await Promise.all(NAMES.map((name) => headroom.get(`/probe?credential=${name}`)));
      await Promise.all(Array.from({ length: SCRAPES_PER_MINUTE }, () => headroom.get('/metrics')));
    }

    for (const name of NAMES) {
      expect((await scrape(headroom, name)).text).toContain(
        `dockerhub_polls_total{credential="${name}"} ${60 * HOURS}`,
      );
      const hours = requestsByHour(headroom, SOURCES[name], startedAt);
      // Each credential's first HEAD, which brings the challenge, has no token yet: it counts as anonymous.
      expect(hours.map(({ heads }) => heads - 60)).toEqual([name === 'anonymous' ? 2 : 0, 0]);
      for (const { tokens } of hours) expect(tokens).toBeLessThanOrEqual(13);
    }
    expect(headroom.control.ledger().filter(({ method }) => method !== 'HEAD' && method !== 'GET')).toEqual(
      [],
    );
    expect(pullsOf(headroom)).toBe(0);
  });

  test('nothing at all for pages, API and scrapes', async () => {
    const { headroom, clock } = await open();
    headroom.control.clearLedger();
    clock.advance(10 * MINUTE_MS);

    for (const path of ['/', '/metrics', '/api/v1/summary', '/api/v1/credentials', '/config', '/-/healthy']) {
      expect((await headroom.get(path)).status).toBe(200);
    }

    expect(headroom.control.ledger()).toEqual([]);
  });

  test('one probe for many requests at once, and none for requests within 5 seconds', async () => {
    const { headroom, clock } = await open();
    headroom.control.clearLedger();
    clock.advance(MINUTE_MS);

    await Promise.all(Array.from({ length: 20 }, () => headroom.get('/probe?credential=ci')));
    clock.advance(4_000);
    await headroom.get('/probe?credential=ci');

    expect(headroom.control.ledger().map(({ method }) => method)).toEqual(['HEAD']);
  });
});

/** Requests for manifests and tokens of one bucket, by hour. */
function requestsByHour(headroom: RunningHeadroom, source: string, startedAt: number) {
  return Array.from({ length: HOURS }, (_, hour) => {
    const own = headroom.control
      .ledger()
      .filter((entry) => entry.source === source && Math.floor((entry.at - startedAt) / 3_600_000) === hour);
    const tokens = own.filter(({ path }) => path === '/token').length;
    return { tokens, heads: own.length - tokens };
  });
}

function pullsOf(headroom: RunningHeadroom): number {
  return headroom.control.ledger().reduce((sum, { pulls }) => sum + pulls, 0);
}

import { expect, test } from 'vitest';
import type { RecentUsage } from '../../src/domain/forecast/recent-usage.ts';
import { foreseen } from '../domain/forecasts.ts';
import { startWeb } from './start-web.ts';
import { metered, NOW, stateAfter } from './states.ts';

/** The most that a page and all it loads may weigh, in bytes as they are sent. */
const MOST_BYTES = 150_000;
const ENCODINGS = { 'accept-encoding': 'gzip, br', accept: 'text/html' };
const STATES = Array.from({ length: 20 }, (_, i) =>
  stateAfter(`runner-${i}`, [metered(50 + i, 100, `account${i}`)], { hasLogin: true }),
);
/** A line as full of points as it can be. */
const COURSE: RecentUsage = {
  from: NOW - 3_600_000,
  to: NOW,
  limit: 100,
  spentLastHour: 45,
  points: Array.from({ length: 60 }, (_, i) => ({
    at: NOW - (59 - i) * 60_000,
    remaining: 50 + (i % 7),
    isAfterGap: false,
  })),
};

async function weigh(url: URL): Promise<number> {
  const response = await fetch(url, { headers: ENCODINGS });
  expect([url.pathname, response.status, response.headers.get('content-encoding')]).toEqual([
    url.pathname,
    200,
    expect.stringMatching(/^(?:gzip|br)$/),
  ]);
  return Number(response.headers.get('content-length'));
}

test.each(['', 'credentials/runner-3'])(
  'the page /%s of 20 buckets and all it loads are light',
  async (path) => {
    const { url } = await startWeb({
      states: () => STATES,
      courseOf: () => COURSE,
      outlookOf: () => ({ forecast: foreseen(NOW), pool: undefined }),
    });
    const place = new URL(path, url);
    const page = await (await fetch(place, { headers: ENCODINGS })).text();
    const assets = new Set(
      [...page.matchAll(/(?:href|src)="([^"]*assets\/[^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    expect(assets.size).toBeGreaterThan(6);
    const weights = await Promise.all(
      [place, ...[...assets].map((asset) => new URL(asset, place))].map(weigh),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(total).toBeLessThan(MOST_BYTES);
  },
);

import { describe, expect, test } from 'vitest';
import { tourText } from '../../../src/cli/demo/tour.ts';
import { eventually, runHeadroom } from '../../end-to-end/headroom-process.ts';

/** The path of each stop, and what its page shows. */
const PAGES: Readonly<Record<string, readonly RegExp[]>> = {
  '/': [/Can I deploy now\?/, /cluster-a<\/bdi>.*cluster-b<\/bdi>.*cluster-c<\/bdi>/],
  '/credentials/nightly-builds': [/nightly-builds/, /Used up|Full again|Lasts/, /usual week|Usual week/i],
  '/alerts': [/RateLimitExhausted/, /What to do now|Pause/, /Acknowledge/],
  '/spending': [/<h1>Who spends the pulls<\/h1>/, /shop|team/i, /not explained|explained/i],
  '/plan': [/<h1>Plan a rollout<\/h1>/, /<textarea/],
};

function urlsIn(text: string): URL[] {
  return [...text.matchAll(/https?:\S+/g)].map(([url]) => new URL(url));
}

describe('tourText()', () => {
  // the URL of the page | the URL of the third stop
  test.each([
    ['http://127.0.0.1:10429/', 'http://127.0.0.1:10429/alerts'],
    ['http://[::]:10429/', 'http://localhost:10429/alerts'],
    ['http://0.0.0.0:8080/', 'http://localhost:8080/alerts'],
    ['https://[::1]:10429/pulls/', 'https://[::1]:10429/pulls/alerts'],
  ])('%s', (url, third) => {
    expect(urlsIn(tourText(new URL(url))).map(String)[2]).toBe(third);
  });
});

test('headroom demo prints five URLs, and each page shows what is said', async () => {
  const { child, output, exited } = runHeadroom(['demo', '--web.listen-address=127.0.0.1:0']);
  const urls = await eventually(() => {
    const found = urlsIn(output.stdout);
    expect(output.stdout).toContain('press Ctrl-C');
    return found;
  });
  expect(urls.map(({ pathname }) => pathname)).toEqual(Object.keys(PAGES));
  for (const url of urls) {
    await eventually(async () => {
      const response = await fetch(url);
      const page = await response.text();
      expect(response.status).toBe(200);
      for (const shown of PAGES[url.pathname] ?? []) expect(page).toMatch(shown);
      expect(page.match(/This is a demo/g)?.length).toBe(url.pathname === '/' ? 1 : undefined);
    });
  }
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
}, 180_000);

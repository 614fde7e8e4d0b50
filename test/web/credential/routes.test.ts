import { describe, expect, test, vi } from 'vitest';
import type { Probe } from '../../../src/domain/history/query.ts';
import { HistoryUnavailableError } from '../../../src/domain/history/query.ts';
import type { WebOptions } from '../../../src/web/web-options.ts';
import { foreseen } from '../../domain/forecasts.ts';
import { SILENT_LOG } from '../../domain/log-recorder.ts';
import { alertServiceOf, lowAlert } from '../alert-service.ts';
import { busyHistory, HOUR_MS, MINUTE_MS } from '../history-points.ts';
import { startWeb } from '../start-web.ts';
import { failure, metered, NOW, STATE_IN, stateAfter } from '../states.ts';

const HTML = { accept: 'text/html' };
const SHARED = [
  stateAfter('ci', [metered(40, 100)], { hasLogin: false }),
  stateAfter('nat-b', [metered(40, 100)]),
  STATE_IN.ok,
];

async function get(path: string, changes: Partial<WebOptions> = {}) {
  const { url } = await startWeb({
    states: () => SHARED,
    series: busyHistory,
    bucketSeries: busyHistory,
    ...changes,
  });
  const response = await fetch(new URL(path, url), { headers: HTML });
  return { url, response, page: await response.text() };
}

/** The text of a page, without its mark-up. */
function wordsOf(page: string): string {
  const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'));
  return main
    .replaceAll(/<script.*?<\/script>/gs, '')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/\s+/g, ' ');
}

describe('/credentials/:name', () => {
  test('shows everything without JavaScript', async () => {
    const outlookOf = () => ({
      forecast: foreseen(NOW - 12_000, { remaining: 40, limit: 100 }),
      pool: undefined,
    });
    const changes = () => [{ kind: 'limit', at: NOW - HOUR_MS, from: 200, to: 100 }] as const;
    const { response, page } = await get('credentials/ci?range=6h', { outlookOf, changes });
    const words = wordsOf(page);
    expect(response.status).toBe(200);
    expect(page).toContain('<title>ci: OK · Headroom</title>');
    for (const said of [
      '40 left of 100 pulls per 6 hours',
      'Used up in',
      'About 62 pulls within the next hour, between 30 and 110.',
      'Pulls seem to come back one by one',
      'Limit 200 → 100',
      'Pulls spent per hour',
      'A usual week',
    ]) {
      expect(words).toContain(said);
    }
    expect(page).toMatch(/<path class="chart-line" d="M[\d. ]+L/);
    expect(page).toContain('class="chart-cone"');
    expect(page).toContain('href="../credentials/nat-b"');
    expect(page).toContain('href="../buckets/192.0.2.1"');
    expect(page.match(/<td data-level="/g)?.length).toBe(168);
  });

  test('states by which way its requests leave', async () => {
    const routeOf = () => ({ localAddress: '10.0.0.7', ipFamily: 4 }) as const;
    expect(wordsOf((await get('credentials/ci', { routeOf })).page)).toContain('from 10.0.0.7, by IPv4');
  });

  test('leads to the same as CSV', async () => {
    const { url, page } = await get('credentials/ci?range=1h');
    const link = /href="([^"]+history\.csv[^"]+)"/
      .exec(page)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#38;', '&');
    const response = await fetch(new URL(link ?? '', new URL('credentials/ci', url)));
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect((await response.text()).split('\r\n').length).toBe(62);
  });

  test('states for each failure what to do about it', async () => {
    const probe = (minutes: number, outcome: Probe['outcome']): Probe => ({
      at: NOW - minutes * MINUTE_MS,
      durationMs: minutes === 1 ? 12_000 : 180,
      outcome,
    });
    const dns = { kind: 'failed', reason: 'dns', detail: 'getaddrinfo ENOTFOUND' } as const;
    const newest = [
      probe(0, { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 }),
      probe(1, dns),
      probe(2, dns),
      probe(3, { kind: 'unlimited', source: undefined }),
    ];
    const failures = [...newest.slice(0, 3), probe(9, dns), probe(10, dns), probe(11, dns)];
    const { page } = await get('credentials/ci', { recentProbes: () => ({ newest, failures }) });
    const words = wordsOf(page);
    expect(words).toContain(
      'Blocked: abuse 180 ms Docker Hub refuses requests from this address for a while.',
    );
    expect(words).toContain(
      'Failed: dns, 2 times 12 s The name of Docker Hub could not be resolved. Check DNS',
    );
    expect(words).toContain('Earlier failures');
    expect(words).toContain('Failed: dns, 3 times');
  });

  test('marks when its alerts fired', async () => {
    const alerts = alertServiceOf({
      events: [
        { kind: 'firing', at: NOW - 30 * MINUTE_MS, alert: lowAlert() },
        {
          kind: 'firing',
          at: NOW - 20 * MINUTE_MS,
          alert: lowAlert({ rule: 'Other', credentials: ['web'] }),
        },
      ],
    });
    const { page } = await get('credentials/ci', { alerts });
    expect(wordsOf(page)).toContain('RateLimitLow fired');
    expect(wordsOf(page)).not.toContain('Other fired');
  });

  // what goes wrong, the text of the page, what is logged
  test.each<[string, Partial<WebOptions>, string, number]>([
    [
      'Prometheus is away',
      { series: () => Promise.reject(new HistoryUnavailableError('http://p:9090 answers 502')) },
      'The history cannot be read: http://p:9090 answers 502.',
      0,
    ],
    [
      'the file is broken',
      {
        series: () => {
          throw new Error('disk I/O error');
        },
      },
      "The history cannot be read; Headroom's log says why.",
      1,
    ],
  ])('stays of use when %s', async (_, changes, said, logged) => {
    const log = { ...SILENT_LOG, error: vi.fn() };
    const { response, page } = await get('credentials/ci', { ...changes, log });
    expect(response.status).toBe(200);
    expect(wordsOf(page).replaceAll('&#39;', "'")).toContain(said);
    expect(wordsOf(page)).toContain('40 left of 100 pulls');
    expect(log.error).toHaveBeenCalledTimes(logged);
  });

  test('complains about a range, and shows a day', async () => {
    const { response, page } = await get('credentials/ci?from=yesterday');
    expect(response.status).toBe(200);
    expect(wordsOf(page)).toContain('The parameter from is not a time');
  });

  test.each(['credentials/other', 'buckets/192.0.2.99'])('%s is not there', async (path) => {
    expect((await get(path)).response.status).toBe(404);
  });

  test('of a new credential is not empty', async () => {
    const { response, page } = await get('credentials/edge', {
      states: () => [STATE_IN.waiting],
      series: (name, { from, to }) => ({ name, from, to, stepMs: null, points: [] }),
    });
    expect(response.status).toBe(200);
    expect(wordsOf(page)).toContain('No answer with a limit in this range.');
    expect(wordsOf(page)).toContain('No forecast yet');
  });
});

test('/buckets/:source names the credentials of the bucket', async () => {
  const { page } = await get('buckets/192.0.2.1');
  expect(page).toContain('<title>192.0.2.1: OK · Headroom</title>');
  expect(wordsOf(page)).toContain('Bucket of this IPv4 address');
  for (const name of ['ci', 'nat-b']) expect(page).toContain(`href="../credentials/${name}"`);
  expect(wordsOf(page)).not.toContain('Last probes');
});

test('every link and asset of the pages leads somewhere below the prefix', async () => {
  const { url } = await startWeb({
    states: () => SHARED,
    series: busyHistory,
    bucketSeries: busyHistory,
    routePrefix: '/a/b',
  });
  for (const path of ['credentials/ci', 'buckets/192.0.2.1?range=7d', 'alerts', 'runbooks/RateLimitLow']) {
    const page = await (await fetch(new URL(path, url), { headers: HTML })).text();
    const links = [...page.matchAll(/(?:href|src|action)="([^"#]+)"/g)].map(
      ([, link]) => new URL(link?.replaceAll('&amp;', '&') ?? '', new URL(path, url)),
    );
    expect(links.length).toBeGreaterThan(9);
    for (const link of new Set(links.filter(({ origin }) => origin === url.origin).map(String))) {
      const { status } = await fetch(link);
      expect([link, [200, 405].includes(status)]).toEqual([link, true]);
    }
  }
});

test('nothing of a hostile hub or configuration becomes mark-up', async () => {
  const hostile = '"></script><script>alert(1)</script>\u202E=cmd|x '.repeat(4).slice(0, 200);
  const states = [stateAfter(hostile, [metered(5, 10, hostile), failure('invalid_header', hostile)])];
  const detail = hostile.repeat(40);
  const probes = [{ at: NOW, durationMs: 1, outcome: { kind: 'failed', reason: 'dns', detail } } as const];
  const changed = [{ kind: 'source', at: NOW - MINUTE_MS, from: hostile, to: `${hostile}x` }] as const;
  const source = states[0]?.known?.outcome.source?.value ?? '';
  for (const path of [
    `credentials/${encodeURIComponent(hostile)}`,
    `buckets/${encodeURIComponent(source)}`,
  ]) {
    const { response, page } = await get(path, {
      states: () => states,
      changes: () => changed,
      recentProbes: () => ({ newest: probes, failures: [] }),
      alerts: alertServiceOf({
        events: [{ kind: 'firing', at: NOW - 1, alert: lowAlert({ rule: hostile, credentials: [hostile] }) }],
      }),
    });
    expect(response.status).toBe(200);
    expect(page).not.toContain('<script>');
    expect(page).not.toMatch(/<\/script><script>alert/);
  }
});

test('the CSV of a hostile name holds numbers, times and our own words only', async () => {
  const hostile = '=HYPERLINK("http://evil.example")';
  const { url } = await startWeb({ series: (name, query) => busyHistory(name, query) });
  const response = await fetch(new URL(`api/v1/credentials/${encodeURIComponent(hostile)}/history.csv`, url));
  const [header, ...rows] = (await response.text()).trimEnd().split('\r\n');
  expect(header).toBe('at,remaining,limit,windowSeconds,spent,outcome');
  expect(rows.length).toBeGreaterThan(9);
  for (const row of rows)
    expect(row).toMatch(/^[\d:.TZ-]+(?:,-?[\d.]*){4},(?:limited|unlimited|blocked|failed)?$/);
});

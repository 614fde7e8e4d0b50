import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/domain/alerts/lifecycle/alert-store.ts';
import {
  gapAt,
  type HistoryChange,
  type HistoryQuery,
  HistoryQueryError,
  type HistorySeries,
  type HistorySpan,
  HistoryUnavailableError,
} from '../../../src/domain/history/query.ts';
import { alertServiceOf, lowAlert, silence } from '../alert-service.ts';
import { startWeb } from '../start-web.ts';
import { metered, NOW, stateAfter } from '../states.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function seriesFor(name: string, { from, to }: HistoryQuery): HistorySeries {
  const points = [
    {
      at: NOW - MINUTE_MS,
      remaining: 76,
      limit: 100,
      windowSeconds: 21_600,
      spent: null,
      outcome: 'limited',
    },
    gapAt(NOW),
  ] as const;
  return { name, from, to, stepMs: null, points };
}

async function startHistory() {
  const queries: HistoryQuery[] = [];
  const { url } = await startWeb({
    series(name, query) {
      if (name !== 'ci team') return undefined;
      queries.push(query);
      return seriesFor(name, query);
    },
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(`api/v1/credentials/ci%20team/${path}`, url), { headers });
  return { url, get, queries };
}

describe('/api/v1/credentials/:name/history', () => {
  test('is JSON in which a gap is null', async () => {
    const { get } = await startHistory();
    const response = await get('history');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('vary')).toContain('Accept');
    expect(await response.json()).toEqual({
      name: 'ci team',
      from: '2026-11-22T21:00:00.000Z',
      to: '2026-11-23T21:00:00.000Z',
      stepSeconds: null,
      points: [
        {
          at: '2026-11-23T20:59:00.000Z',
          remaining: 76,
          limit: 100,
          windowSeconds: 21_600,
          spent: null,
          outcome: 'limited',
        },
        {
          at: '2026-11-23T21:00:00.000Z',
          remaining: null,
          limit: null,
          windowSeconds: null,
          spent: null,
          outcome: null,
        },
      ],
    });
  });

  // path, Accept
  test.each([
    ['history.csv', '*/*'],
    ['history', 'text/csv'],
  ])('%s with Accept: %s is CSV with the same columns', async (path, accept) => {
    const { get } = await startHistory();
    const response = await get(path, { accept });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(await response.text()).toBe(
      'at,remaining,limit,windowSeconds,spent,outcome\r\n2026-11-23T20:59:00.000Z,76,100,21600,,limited\r\n2026-11-23T21:00:00.000Z,,,,,\r\n',
    );
  });

  // query string, query of the history
  test.each<[string, HistoryQuery]>([
    ['', { from: NOW - DAY_MS, to: NOW, step: 'auto' }],
    ['?step=raw', { from: NOW - DAY_MS, to: NOW, step: 'raw' }],
    ['?from=2026-11-01T00:00:00Z&step=1h', { from: Date.UTC(2026, 10, 1), to: NOW, step: 3_600_000 }],
    [
      '?from=2026-11-01&to=2026-11-02T01:00:00%2B01:00&step=300',
      { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2), step: 300_000 },
    ],
    ['?to=1764000000', { from: 1_764_000_000_000 - DAY_MS, to: 1_764_000_000_000, step: 'auto' }],
    ['?from=&to=&step=', { from: NOW - DAY_MS, to: NOW, step: 'auto' }],
  ])('reads %j', async (search, query) => {
    const { get, queries } = await startHistory();
    expect((await get(`history${search}`)).status).toBe(200);
    expect(queries).toEqual([query]);
  });

  test.each([
    ['?from=yesterday', 'The parameter from is not a time: "yesterday"'],
    ['?to=2026-13-01', 'The parameter to is not a time: "2026-13-01"'],
    ['?from=1&from=2', 'The parameter from is given more than once; allowed is one value'],
    ['?step=often', 'The parameter step is not a step: "often"'],
    ['?step=-5m', 'The parameter step is not a step: "-5m"'],
  ])('refuses %j', async (search, message) => {
    const { get } = await startHistory();
    const response = await get(`history${search}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('bad_request');
    expect(error.message).toContain(message);
  });

  test('answers 400 to a query that the history rejects', async () => {
    const { url } = await startWeb({
      series() {
        throw new HistoryQueryError('The range is empty: from must be before to');
      },
    });
    const response = await fetch(new URL('api/v1/credentials/ci/history', url));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { code: 'bad_request', message: 'The range is empty: from must be before to' },
    });
  });

  // path, Accept, the beginning of the answer
  test.each([
    ['history', '*/*', '{"name":"2001:db8::1","from":"2026-11-22T21:00:00.000Z"'],
    ['history', 'text/csv', 'at,remaining,limit,windowSeconds,spent,outcome\r\n2026-11-23T20:59:00.000Z,76,'],
    ['history.csv', '*/*', 'at,remaining,limit,windowSeconds,spent,outcome\r\n2026-11-23T20:59:00.000Z,76,'],
  ])('of a bucket: %s with Accept: %s', async (path, accept, beginning) => {
    const queries: HistoryQuery[] = [];
    const { url } = await startWeb({
      bucketSeries(source, query) {
        queries.push(query);
        return seriesFor(source, query);
      },
    });
    const address = new URL(`api/v1/buckets/2001%3Adb8%3A%3A1/${path}?step=raw`, url);
    const response = await fetch(address, { headers: { accept } });
    expect((await response.text()).slice(0, beginning.length)).toBe(beginning);
    expect(queries).toEqual([{ from: NOW - DAY_MS, to: NOW, step: 'raw' }]);
  });

  test('answers 503 if the history cannot be read', async () => {
    const { url } = await startWeb({
      async series() {
        throw new HistoryUnavailableError('http://prometheus:9090 answers 502');
      },
    });
    const response = await fetch(new URL('api/v1/credentials/ci/history', url));
    expect(response.status).toBe(503);
    const message = 'The history cannot be read: http://prometheus:9090 answers 502';
    expect(await response.json()).toEqual({ error: { code: 'unavailable', message } });
  });

  // method, path, what is answered
  test.each([
    ['GET', 'api/v1/credentials/other/history', 404],
    ['GET', 'api/v1/credentials/other/history.csv', 404],
    ['GET', 'api/v1/buckets/192.0.2.9/history', 404],
    ['GET', 'api/v1/buckets/192.0.2.9/history.csv', 404],
    ['POST', 'api/v1/buckets/192.0.2.9/history', 405],
    ['POST', 'api/v1/credentials/ci/history', 405],
    ['DELETE', 'api/v1/credentials/ci/history.csv', 405],
  ])('%s %s is an error', async (method, path, status) => {
    const { url } = await startHistory();
    expect((await fetch(new URL(path, url), { method })).status).toBe(status);
  });
});

const SOURCE = '198.51.100.7';
const LIMIT: HistoryChange = { kind: 'limit', at: NOW - 3_000, from: 200, to: 100 };
const EVENTS: readonly AlertEvent[] = [
  { kind: 'firing', at: NOW - 5_000, alert: lowAlert({ credentials: ['ci team'] }) },
  { kind: 'resolved', at: NOW - 4_000, alert: lowAlert({ credentials: ['other'] }) },
  { kind: 'acknowledged', at: NOW - 2_000, silence: silence({ subjectKey: `source ${SOURCE}` }) },
  { kind: 'silenced', at: NOW - 1_000, silence: silence({ subjectKey: 'source 192.0.2.99' }) },
];

async function startEvents(kept: { changes?: readonly HistoryChange[] } = { changes: [LIMIT] }) {
  const spans: HistorySpan[] = [];
  const { url } = await startWeb({
    states: () => [stateAfter('ci team', [metered(76, 100, SOURCE)])],
    changes(_, span) {
      spans.push(span);
      return kept.changes;
    },
    alerts: alertServiceOf({ events: EVENTS }),
  });
  const get = (query = '', name = 'ci%20team') =>
    fetch(new URL(`api/v1/credentials/${name}/events${query}`, url));
  return { get, spans };
}

async function eventsOf(response: Response): Promise<{ kind: string }[]> {
  return ((await response.json()) as { events: { kind: string }[] }).events;
}

describe('/api/v1/credentials/:name/events', () => {
  test('returns changes and alerts of one credential, oldest first', async () => {
    const { get, spans } = await startEvents();
    const response = await get();
    expect(await response.json()).toMatchObject({
      name: 'ci team',
      from: '2026-11-22T21:00:00.000Z',
      to: '2026-11-23T21:00:00.000Z',
      events: [
        { at: '2026-11-23T20:59:55.000Z', kind: 'firing', alert: { rule: 'RateLimitLow' } },
        { at: '2026-11-23T20:59:57.000Z', kind: 'limit', from: 200, to: 100 },
        { at: '2026-11-23T20:59:58.000Z', kind: 'acknowledged', silence: { subject: `source ${SOURCE}` } },
      ],
    });
    expect(spans).toMatchObject([{ from: NOW - DAY_MS, to: NOW }]);
  });

  test('returns the newest events with limit', async () => {
    const { get } = await startEvents();
    expect((await eventsOf(await get('?limit=1'))).map(({ kind }) => kind)).toEqual(['acknowledged']);
  });

  test('returns alerts only without a history of changes', async () => {
    const { get } = await startEvents({});
    expect((await eventsOf(await get())).map(({ kind }) => kind)).toEqual(['firing', 'acknowledged']);
  });

  // query string, message of the answer
  test.each([
    ['?limit=0', 'The parameter limit is not a number of events: "0"; allowed is 1 to 1000'],
    ['?limit=many', 'The parameter limit is not a number of events: "many"; allowed is 1 to 1000'],
    ['?from=2027-01-01', 'The range is empty: from must be before to'],
    ['?from=yesterday', 'The parameter from is not a time: "yesterday"'],
  ])('refuses %s', async (query, message) => {
    const { get } = await startEvents();
    const response = await get(query);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(JSON.stringify(message).slice(1, -1));
  });

  test('is a 404 for a credential that is not configured', async () => {
    const { get } = await startEvents();
    expect((await get('', 'other')).status).toBe(404);
  });
});

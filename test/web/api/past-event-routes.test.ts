import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/domain/alerts/lifecycle/alert-event.ts';
import type { HistoryChange, HistorySpan } from '../../../src/domain/history/query.ts';
import { deskOf, lowAlert, silence } from '../alert-desks.ts';
import { startWeb } from '../start-web.ts';
import { metered, NOW, stateAfter } from '../states.ts';

const DAY_MS = 86_400_000;
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
    alerts: deskOf({ events: EVENTS }),
  });
  const get = (query = '', name = 'ci%20team') =>
    fetch(new URL(`api/v1/credentials/${name}/events${query}`, url));
  return { get, spans };
}

async function eventsOf(response: Response): Promise<{ kind: string }[]> {
  return ((await response.json()) as { events: { kind: string }[] }).events;
}

describe('/api/v1/credentials/:name/events', () => {
  test('tells changes and alerts of one credential, oldest first', async () => {
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

  test('gives the newest ones when asked for fewer', async () => {
    const { get } = await startEvents();
    expect((await eventsOf(await get('?limit=1'))).map(({ kind }) => kind)).toEqual(['acknowledged']);
  });

  test('does without changes where none are kept', async () => {
    const { get } = await startEvents({});
    expect((await eventsOf(await get())).map(({ kind }) => kind)).toEqual(['firing', 'acknowledged']);
  });

  // The query and what the answer says.
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

import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { HistoryUnavailableError } from '../../../src/domain/history/query.ts';
import type { SpendingService } from '../../../src/domain/spending/spending-service.ts';
import { startWeb } from '../start-web.ts';
import { NOW } from '../states.ts';
import { loss, SLOT_MS, spendingOf, sum } from './spending-fixtures.ts';

const HOUR_MS = 3_600_000;

async function get(path: string, spending: SpendingService, headers: Record<string, string> = {}) {
  const { url } = await startWeb({ spending });
  return fetch(new URL(`api/v1/${path}`, url), { headers });
}

async function refusalOf(path: string, spending: SpendingService) {
  const response = await get(path, spending);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...error };
}

const SUMS = [
  sum({ team: 'shop', namespace: 'shop-a', image: 'docker.io/library/redis:8' }, 3, 5),
  sum({ team: 'shop', namespace: 'shop-b', image: 'docker.io/library/redis:8' }, 8, 8, { refused: 2 }),
  sum({ team: 'data', namespace: 'etl', image: 'docker.io/acme/etl:1' }, 1, 1),
  sum({ namespace: 'lost', image: 'docker.io/acme/etl:1' }, 0, 4),
];

describe('/api/v1/spending', () => {
  test('answers with rows that add up to what is explained, to the pull, in every grouping', async () => {
    for (const by of ['team', 'namespace', 'image', 'team,image', 'node']) {
      const service = spendingOf({ sums: SUMS, losses: [loss(0, 30)] });
      const answer = await (await get(`spending?by=${by}`, service)).json();
      const { rows } = answer as { rows: { pulls: { low: number; high: number } }[] };
      const total = rows.reduce(
        ({ low, high }, { pulls }) => ({ low: low + pulls.low, high: high + pulls.high }),
        { low: 0, high: 0 },
      );
      expect(answer).toMatchObject({ by: by.split(','), spent: 30, explained: total });
      expect(answer).toMatchObject({ explained: { low: 12, high: 18 }, unexplained: { low: 12, high: 18 } });
    }
  });

  test('groups by several fields, leaves out unknown ones, and sums the slots', async () => {
    const service = spendingOf({ sums: SUMS, losses: [loss(0, 30), loss(1, null)] });
    const answer = await (await get('spending?bucket=ci&by=team,namespace', service)).json();
    expect(answer).toMatchObject({
      bucket: '192.0.2.1',
      credentials: ['anonymous', 'ci'],
      rows: [
        { team: 'shop', namespace: 'shop-b', pulls: { low: 8, high: 8 }, refused: 2 },
        { team: 'shop', namespace: 'shop-a', pulls: { low: 3, high: 5 }, refused: 0 },
        { namespace: 'lost', pulls: { low: 0, high: 4 } },
        { team: 'data', namespace: 'etl', pulls: { low: 1, high: 1 } },
      ],
      step_seconds: SLOT_MS / 1_000,
      slots: [
        { spent: 30, explained: { low: 12, high: 18 } },
        { spent: null, explained: { low: 0, high: 0 } },
      ],
    });
    expect((answer as { rows: object[] }).rows[2]).not.toHaveProperty('team');
  });

  test('passes the range on, the last day by default', async () => {
    const asked: unknown[] = [];
    const service = spendingOf({
      onReport: ({ bucket, from, to, by }) => asked.push({ bucket, from, to, by }),
    });
    await get('spending', service);
    await get('spending?from=2026-11-23T20:00:00Z&to=2026-11-23T21:00:00Z&by=node', service);
    expect(asked).toEqual([
      { bucket: '192.0.2.1', from: NOW - 24 * HOUR_MS, to: NOW, by: ['team'] },
      {
        bucket: '192.0.2.1',
        from: Date.parse('2026-11-23T20:00:00Z'),
        to: Date.parse('2026-11-23T21:00:00Z'),
        by: ['node'],
      },
    ]);
  });

  test('names the pods that wait because of this bucket only', async () => {
    const pods = {
      cluster: 'prod',
      namespace: 'shop',
      workload: 'Deployment/web',
      image: 'docker.io/acme/web:1',
      refusal: 'pull_limit',
      pods: 9,
      since: NOW,
    } as const;
    const service = spendingOf({
      waiting: [
        { ...pods, credential: 'ci' },
        { ...pods, credential: 'other' },
      ],
    });
    const answer = (await (await get('spending', service)).json()) as { waiting: object[] };
    expect(answer.waiting).toEqual([
      expect.objectContaining({ workload: 'Deployment/web', reason: 'pull_limit', pods: 9 }),
    ]);
  });

  test.each([
    ['spending.csv?by=team,image', {}],
    ['spending?by=team,image', { accept: 'text/csv' }],
  ])('returns %s as CSV that no spreadsheet executes', async (path, headers) => {
    const service = spendingOf({ sums: [...SUMS, sum({ team: '=1+1, "x"', image: 'a' }, 1, 1)] });
    const response = await get(path, service, headers);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const { data } = Papa.parse<string[]>((await response.text()).trimEnd());
    expect(data).toEqual([
      ['team', 'image', 'pulls_low', 'pulls_high', 'refused', 'attempts'],
      ['shop', 'docker.io/library/redis:8', '11', '13', '2', '2'],
      ['', 'docker.io/acme/etl:1', '0', '4', '0', '1'],
      ['\'=1+1, "x"', 'a', '1', '1', '0', '1'],
      ['data', 'docker.io/acme/etl:1', '1', '1', '0', '1'],
    ]);
  });

  // path, the message
  test.each([
    ['spending?by=pod', 'The parameter by is not a group: "pod"; allowed are team, cluster, namespace,'],
    ['spending?by=team,', 'The parameter by is not a group: ""; allowed are team'],
    ['spending?by=team&by=node', 'The parameter by is given more than once'],
    ['spending?from=yesterday', 'The parameter from is not a time: "yesterday"; allowed are times'],
    ['spending?from=2026-11-23&to=2026-11-22', 'The range is empty: from must be before to'],
    ['spending.csv?by=pod', 'The parameter by is not a group'],
  ])('refuses %s with what is allowed', async (path, message) => {
    expect(await refusalOf(path, spendingOf())).toEqual({
      status: 400,
      code: 'bad_request',
      message: expect.stringContaining(message),
    });
  });

  test('needs the name of one of several buckets, and names them', async () => {
    const service = spendingOf({
      buckets: Array.from({ length: 12 }, (_, i) => ({ id: `b${i}`, credentials: [`c${i}`] })),
    });
    expect(await refusalOf('spending', service)).toEqual({
      status: 400,
      code: 'bad_request',
      message:
        'The parameter bucket is missing; allowed are b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 and 2 more',
    });
  });

  test('answers 404 to an unknown bucket, and to everything without the section spending', async () => {
    expect(await refusalOf('spending?bucket=x', spendingOf())).toEqual({
      status: 404,
      code: 'not_found',
      message: 'No bucket or credential has this name: "x"; the buckets are 192.0.2.1',
    });
    expect(await refusalOf('spending?by=x', spendingOf({ isOn: false }))).toMatchObject({
      status: 404,
      code: 'not_configured',
    });
  });

  test('answers 503 while the history cannot be read', async () => {
    const service = spendingOf({
      onReport() {
        throw new HistoryUnavailableError('the file is locked');
      },
    });
    expect(await refusalOf('spending', service)).toEqual({
      status: 503,
      code: 'unavailable',
      message: 'The history cannot be read: the file is locked',
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { UsageDay } from '../../../src/domain/spending/usage-store.ts';
import { USAGE_GROUPS } from '../../../src/domain/spending/usage-summary.ts';
import { startWeb } from '../start-web.ts';
import { NOW } from '../states.ts';
import { spendingOf } from './spending-fixtures.ts';

const DAY_MS = 86_400_000;

function day(pulls: number, changes: Partial<UsageDay> = {}): UsageDay {
  const spender = { user: 'acmeci', token: 'shop-ci', repository: 'acme/web', addresses: ['192.0.2.1'] };
  return { ...spender, at: NOW - 3_600_000, pulls, ...changes };
}

const USAGE = [
  day(5),
  day(7, { user: 'rosa', token: '', addresses: ['192.0.2.1', '198.51.100.7'] }),
  day(11, { at: NOW - 2 * DAY_MS, repository: '=HYPERLINK("x")' }),
];
const RANGE = `from=${new Date(NOW - 7 * DAY_MS).toISOString()}&to=${new Date(NOW).toISOString()}`;

async function get(path: string, usage?: readonly UsageDay[]) {
  const { url } = await startWeb({ spending: spendingOf(usage ? { usage } : {}) });
  return fetch(new URL(path, url));
}

describe('/api/v1/usage', () => {
  test.each(USAGE_GROUPS)('by %s: the rows add up to the whole', async (by) => {
    const answer = (await (await get(`api/v1/usage?by=${by}&${RANGE}`, USAGE)).json()) as {
      pulls: number;
      rows: Record<string, number>[];
    };

    expect(answer).toMatchObject({ by, pulls: 23 });
    expect(answer.rows.reduce((sum, { pulls = 0 }) => sum + pulls, 0)).toBe(23);
    expect(answer.rows.every((row) => by in row)).toBe(true);
  });

  test('groups by user and the last day without parameters', async () => {
    expect(await (await get('api/v1/usage', USAGE)).json()).toMatchObject({
      by: 'user',
      pulls: 12,
      rows: [
        { user: 'rosa', pulls: 7 },
        { user: 'acmeci', pulls: 5 },
      ],
    });
  });

  test('returns CSV, in which no name is a formula', async () => {
    const response = await get(`api/v1/usage.csv?by=repository&${RANGE}`, USAGE);

    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(await response.text()).toBe('repository,pulls\r\nacme/web,12\r\n"\'=HYPERLINK(""x"")",11\r\n');
  });

  // path | status | code | message
  test.each([
    [
      'usage?by=cluster',
      400,
      'bad_request',
      /by is not a group: .*cluster.*; allowed are team, user, token, repository, address, day$/,
    ],
    ['usage?from=2026-11-23T21:00:00Z&to=2026-11-23T20:00:00Z', 400, 'bad_request', /from/],
    ['usage.csv?by=x', 400, 'bad_request', /by is not a group/],
  ])('refuses %s with %i', async (path, status, code, message) => {
    const response = await get(`api/v1/${path}`, USAGE);
    const { error } = (await response.json()) as { error: { code: string; message: string } };

    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
  });

  test('is 404 without a folder of reports', async () => {
    const response = await get('api/v1/usage');

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_configured' } });
  });
});

describe('/spending', () => {
  test('shows usage reports by the group of the URL, with links that keep it', async () => {
    const text = await (await get('spending?by=team&range=7d&usage=token', USAGE)).text();

    expect(text).toContain('Docker&#39;s usage reports, by access token'.replace('&#39;', "'"));
    expect(text).toMatch(/shop-ci<\/bdi><\/td><td class="number">16/);
    expect(text).toMatch(/\(not known\)<\/bdi><\/td><td class="number">7/);
    expect(text).toMatch(/href="\?range=7d[^"]*usage=address#usage"/);
    expect(text).toMatch(/href="[^"]*api\/v1\/usage\.csv\?by=token&amp;from=/);
    expect(text).toMatch(/href="\?[^"]*usage=token[^"]*by=namespace"/);
  });

  test('names a group that does not exist, and shows the default', async () => {
    const text = await (await get('spending?usage=pod', USAGE)).text();

    expect(text).toContain('The parameter usage is not a group');
    expect(text).toContain('usage reports, by user');
  });

  test('has no such part without a folder of reports, and an explanation without usage in the range', async () => {
    expect(await (await get('spending')).text()).not.toContain('usage reports, by');
    expect(await (await get('spending', [])).text()).toContain('No usage is reported for this range');
  });
});

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HistoryUnavailableError } from '../../../src/domain/history/query.ts';
import type { SpendingService, WaitingPods } from '../../../src/domain/spending/spending-service.ts';
import { startWeb } from '../start-web.ts';
import { NOW } from '../states.ts';
import { loss, spendingOf, sum } from './spending-fixtures.ts';

const SUMS = [
  sum({ team: 'shop', image: 'docker.io/acme/web:1' }, 36, 42, { refused: 6 }),
  sum({ team: 'data', image: 'docker.io/acme/etl:1' }, 5, 5),
];
const WAITING: WaitingPods = {
  cluster: 'prod',
  namespace: 'shop',
  workload: 'Deployment/web',
  image: 'docker.io/acme/web:1',
  credential: 'ci',
  refusal: 'pull_limit',
  pods: 9,
  since: Date.parse('2026-11-23T20:04:00Z'),
};
const TWO = [
  { id: '192.0.2.1', credentials: ['anonymous', 'ci'] },
  { id: 'acme & co', credentials: ['login'] },
];

async function pageOf(spending: SpendingService, query = ''): Promise<string> {
  const { url } = await startWeb({ spending });
  const response = await fetch(new URL(`spending${query}`, url), { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  return (await response.text()).replaceAll('&amp;', '&').replaceAll('&#34;', '"');
}

/** The texts of a page, without elements. */
function textOf(page: string): string {
  return page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('/spending', () => {
  test('shows what was lost, who spent it, and the rest with its causes', async () => {
    const page = await pageOf(spendingOf({ sums: SUMS, losses: [loss(0, 60)] }));
    const text = textOf(page);
    expect(text).toContain('Lost by the bucket 60 pulls');
    expect(text).toContain('Explained 41 to 47 pulls 73.3 %');
    expect(text).toContain('Not explained 13 to 19 pulls 26.7 %');
    expect(text).toContain('shop 36 to 42 65.0 % 6 1 data 5 8.3 % 0 1 Not explained 13 to 19 26.7 %');
    expect(text).toContain('A CI system or a build server outside the clusters');
    expect(page.match(/class="chart-series"/g)?.length).toBe(2);
  });

  test('names no causes if everything is explained', async () => {
    const page = await pageOf(spendingOf({ sums: [sum({ team: 'a' }, 9, 9)], losses: [loss(0, 9)] }));
    expect(page).not.toContain('What usually causes the rest');
  });

  test('keeps range, bucket and group in every link and form', async () => {
    const service = spendingOf({ sums: SUMS, losses: [loss(0, 60)], buckets: TWO });
    const page = await pageOf(service, '?bucket=login&by=image&range=7d');
    expect(page).toContain('href="?range=30d&bucket=acme%20%26%20co&by=image"');
    expect(page).toContain('href="?range=7d&bucket=acme%20%26%20co&by=team"');
    expect(page).toMatch(/href="\?from=[^"&]+&to=[^"&]+&bucket=acme%20%26%20co&by=image">Earlier/);
    expect(page).toMatch(/href="\.\/api\/v1\/spending\.csv\?bucket=acme%20%26%20co&by=image&from=/);
    expect(page).toContain('<input type="hidden" name="bucket" value="acme & co">');
    expect(page).toContain('<input type="hidden" name="range" value="7d">');
    expect(page).toContain('<option value="acme & co" selected>acme & co, used by login</option>');
  });

  test('asks for the range, the bucket and the group of its address', async () => {
    const asked: object[] = [];
    const service = spendingOf({ buckets: TWO, onReport: (query) => asked.push(query) });
    await pageOf(service, '?bucket=login&by=node,image&from=2026-11-23T20:00&to=2026-11-23T21:00Z');
    await pageOf(service);
    expect(asked).toEqual([
      {
        bucket: 'acme & co',
        by: ['node', 'image'],
        from: Date.parse('2026-11-23T20:00:00Z'),
        to: Date.parse('2026-11-23T21:00:00Z'),
      },
      { bucket: '192.0.2.1', by: ['team'], from: NOW - 86_400_000, to: NOW },
    ]);
  });

  // the query, what the page says
  test.each([
    ['?bucket=x', 'No bucket or credential has this name: "x".'],
    ['?by=pod', 'The parameter by is not a group: "pod"; allowed are team,'],
    ['?range=1y', 'There is no such range; allowed are 1h, 6h, 24h'],
  ])('shows the default with a message for %s', async (query, message) => {
    const text = textOf(await pageOf(spendingOf({ sums: SUMS, losses: [loss(0, 60)] }), query));
    expect(text).toContain(message);
    expect(text).toContain('Lost by the bucket 60 pulls');
  });

  test('names the pods that wait because of this bucket', async () => {
    const waiting = [WAITING, { ...WAITING, namespace: 'etl', workload: 'Job/load', pods: 3, since: NOW }];
    const others = { ...WAITING, namespace: 'elsewhere', credential: '' };
    const text = textOf(await pageOf(spendingOf({ waiting: [...waiting, others] })));
    expect(text).toContain(
      'Refused now: 12 pods wait since 2026-11-23 20:04:00 UTC shop/web x9, etl/load x3',
    );
    expect(text).not.toContain('elsewhere');
  });

  test('says which cluster cannot be read, and what is needed', async () => {
    const status = { isWatching: false, lastEventAt: undefined };
    const clusters = [
      { ...status, name: 'prod', problems: ['Events may not be listed: 403; needed is the verb list'] },
      { ...status, name: 'good', problems: [] },
    ];
    const text = textOf(await pageOf(spendingOf({ clusters })));
    expect(text).toContain('Cluster prod cannot be read completely Events may not be listed: 403;');
    expect(text).not.toContain('Cluster good');
  });

  test('says what to configure, and reads nothing, without the section spending', async () => {
    const asked: object[] = [];
    const page = await pageOf(spendingOf({ isOn: false, onReport: (query) => asked.push(query) }));
    expect(textOf(page)).toContain('Spending is not configured');
    expect(page).toContain('kubeconfig_file: /etc/headroom/prod.kubeconfig');
    // The example can be copied: the template removes the indentation of its own text.
    const example = /<code>(spending:[^<]*)<\/code>/.exec(page)?.[1]?.replaceAll('&#34;', '"');
    expect(parse(example ?? '')).toEqual({
      spending: {
        kubernetes: [
          {
            name: 'prod',
            kubeconfig_file: '/etc/headroom/prod.kubeconfig',
            credential: 'anonymous',
          },
        ],
        owners: [{ team: 'shop', namespaces: ['shop-*'] }],
      },
    });
    expect(asked).toEqual([]);
  });

  test('says that nothing is known yet', async () => {
    const text = textOf(await pageOf(spendingOf()));
    expect(text).toContain('The bucket was not observed in this range');
    expect(text).toContain('No pull of this bucket is known in this range');
  });

  test('stays while the history cannot be read', async () => {
    const service = spendingOf({
      onReport() {
        throw new HistoryUnavailableError('the file is locked');
      },
    });
    expect(textOf(await pageOf(service))).toContain('The history cannot be read: the file is locked.');
  });

  test('is linked from the navigation and from the page of a credential', async () => {
    const { url } = await startWeb();
    const page = await (await fetch(new URL('credentials/team', url))).text();
    expect(page).toContain('href="../spending">Spending</a>');
    expect(page).toContain('href="../spending?bucket=team">Who spends its pulls</a>');
  });
});

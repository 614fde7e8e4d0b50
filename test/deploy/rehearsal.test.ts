import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type StoredSample, waitUntil } from '../metrics/prometheus-server.ts';
import { describeWithProgram } from '../requires-program.ts';
import { ALERTMANAGER } from './alertmanager-server.ts';
import type { DashboardJson } from './dashboard-json.ts';
import {
  annotationQueriesOf,
  DASHBOARDS,
  queriesOf,
  quickQueriesOf,
  variableQueriesOf,
} from './dashboards.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';
import { ofEverything, rehearsed } from './rehearsed-query.ts';
import { ALERTS, RULES } from './rules-file.ts';

const PATIENCE = { timeout: 45_000, interval: 100 };
/** What a link may be made of. */
const EXAMPLES: Readonly<Record<string, string>> = { Bucket: '127.0.0.1', Credential: 'batch-jobs' };
/** The metered buckets of the simulated hub; a paid account has none. */
const SOURCES = ['127.0.0.1', 'acmebatch', 'acmenightly', 'acmeweb'];
/** These need minutes of answers, clusters, caches or usage reports; promtool sees them fire. */
const NOT_REHEARSED = ['RateLimitRunningOut', 'PullsRefused', 'CacheLeak', 'BudgetExceeded'];

describeWithProgram(['prometheus', ALERTMANAGER], 'a rehearsal with real Prometheus and Alertmanager', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await startRehearsal();
    const { headroom, prometheus } = rehearsal;
    await waitUntil(async () => expect(await prometheus.query('dockerhub_ratelimit_limit')).not.toEqual([]));
    // While everything below runs, a limit changes, and a configuration is bad.
    headroom.control.setOwnLimit({ account: 'acmeweb' }, { limit: 150, windowSeconds: 300 });
    await headroom.configure({ credentials: 'none' });
    expect((await headroom.get('/-/reload', { method: 'POST' })).status).toBe(500);
  });

  afterAll(async () => {
    await rehearsal?.stop();
  });

  async function expectStored(query: string): Promise<readonly StoredSample[]> {
    return waitUntil(async () => {
      const stored = await rehearsal.prometheus.query(rehearsed(query));
      expect(stored, query).not.toEqual([]);
      return stored;
    });
  }

  describe.each(DASHBOARDS)('$name', ({ dashboard }) => {
    test.each(quickQueriesOf(dashboard))('$title shows something', async ({ target: { expr } }) => {
      await expectStored(expr);
    });

    test.each(variableQueriesOf(dashboard))('variable $name has values', async ({ query }) => {
      const [, selector = '', label] = /^label_values\((.+), (\w+)\)$/s.exec(query) ?? [];
      const match = encodeURIComponent(ofEverything(selector));
      await waitUntil(async () => {
        expect(await rehearsal.prometheus.get(`label/${label}/values?match[]=${match}`)).not.toEqual([]);
      });
    });

    test('annotations describe what happened', async () => {
      await Promise.all(annotationQueriesOf(dashboard).map(expectStored));
    });
  });

  test('links lead to pages that are there', async () => {
    const links = [
      ...DASHBOARDS.flatMap(({ text }) =>
        [...text.matchAll(/"\$\{headroom\}([^"]*)"/g)].map(([, path = '']) => path),
      ),
      ...ALERTS.map(({ annotations }) => new URL(annotations?.runbook_url ?? '').pathname),
    ].map((path) =>
      path.replace(/\$\{__data\.fields\.(\w+):percentencode\}/g, (_, field) => EXAMPLES[field] ?? ''),
    );
    expect(links.length).toBeGreaterThan(ALERTS.length);
    for (const link of new Set(links)) expect((await rehearsal.headroom.get(link)).status, link).toBe(200);
  });

  test('a bucket is one line, and its limit is that of one credential', async () => {
    const [main] = DASHBOARDS.filter(({ name }) => name === 'headroom.json');
    const find = (title: string) =>
      queriesOf(main?.dashboard as DashboardJson).find(({ panel }) => panel.title === title)?.target.expr ??
      '';

    const shares = await expectStored(find('Share left by bucket'));
    expect(shares.map(({ metric }) => metric.source).sort()).toEqual(SOURCES);
    for (const { value } of shares) expect(Number(value[1])).toBeLessThanOrEqual(1);
    // Five credentials of two scrapes draw on the address.
    const limits = await expectStored(find('Limit'));
    expect(limits.find(({ metric }) => metric.source === '127.0.0.1')?.value[1]).toBe('100');
    expect(await expectStored(find('Buckets'))).toMatchObject([{ value: [expect.anything(), '4'] }]);
  });

  test.each(RULES.flatMap(({ record, expr }) => (record ? [{ record, expr }] : [])))(
    '$record is recorded',
    async ({ record }) => {
      await expectStored(record);
    },
  );

  test('every alert of a state that can be rehearsed fires, and nothing else', async () => {
    const expected = ALERTS.map(({ alert }) => alert).filter((alert) => !NOT_REHEARSED.includes(alert));
    await vi.waitFor(async () => {
      const firing = await rehearsal.prometheus.query('count by (alertname) (ALERTS{alertstate="firing"})');
      expect(firing.map(({ metric }) => metric.alertname).sort()).toEqual(expected.sort());
    }, PATIENCE);
  });

  test('buckets fire once, for all their credentials, and the exhausted one is not low', async () => {
    const firing = await expectStored(
      'ALERTS{alertname=~"RateLimitExhausted|RateLimitLow", alertstate="firing"}',
    );
    expect(firing.map(({ metric: { alertname, source } }) => `${alertname} ${source}`).sort()).toEqual([
      'RateLimitExhausted acmebatch',
      'RateLimitLow acmenightly',
    ]);
  });

  test('Alertmanager receives the alerts, with texts and a link', async () => {
    await waitUntil(async () => {
      const alerts = await rehearsal.alertmanager.alerts();
      const exhausted = alerts.find(({ labels }) => labels.alertname === 'RateLimitExhausted');
      expect(exhausted?.labels).toMatchObject({ severity: 'critical', source: 'acmebatch', kind: 'account' });
      expect(exhausted?.annotations.description).toMatch(
        /^acmebatch has no pulls left. Credentials on it: batch-jobs. If nothing else is pulled, it is full again by .+ at the latest.$/,
      );
      expect(exhausted?.annotations.runbook_url).toBe('http://headroom:10429/runbooks/RateLimitExhausted');
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningHeadroom, startHeadroom } from '../end-to-end/running-headroom.ts';
import { type PrometheusServer, startPrometheus, waitUntil } from '../metrics/prometheus-server.ts';
import { describeWithProgram } from '../requires-program.ts';
import { PEERS, type PeerQuery } from './peers.ts';
import { withVariables } from './promql.ts';

describeWithProgram('prometheus', 'dashboards and alerts of other exporters, on Headroom', () => {
  let headroom: RunningHeadroom;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    headroom = await startHeadroom({
      settings: () => ({
        credentials: [{ name: 'anonymous' }, { name: 'acmeci', username: 'acmeci', password: 'right' }],
        metrics: { compatibility: PEERS.map(({ name }) => name) },
      }),
      prepare(control) {
        control.addAccount({ name: 'acmeci', password: 'right' });
        control.spend({ account: 'acmeci', pulls: 200 });
      },
    });
    await headroom.app.firstRound;
    prometheus = await startPrometheus(`
- job_name: moved
  static_configs: [{ targets: ['${headroom.app.urls[0]?.host}'] }]
`);
    await waitUntil(async () => expect(await prometheus.query('up == 1')).toHaveLength(1));
  });

  afterAll(async () => {
    await prometheus?.stop();
    await headroom?.stop();
  });

  /** Chooses as Grafana does: the newest value of each variable, and the next variable among what is left. */
  async function filledIn({ expr, variables = {} }: PeerQuery): Promise<string> {
    const chosen: Record<string, string> = {};
    for (const [variable, [selector, label]] of Object.entries(variables)) {
      const match = encodeURIComponent(withVariables(selector, chosen));
      const values = (await prometheus.get(`label/${label}/values?match[]=${match}`)) as string[];
      chosen[variable] = values[0] ?? '';
    }
    return withVariables(expr, chosen);
  }

  describe.each(PEERS)('$name', ({ queries }) => {
    test.each(queries)('$expr finds what it is meant to find', async (query) => {
      const found = await prometheus.query(await filledIn(query));

      expect(found).not.toEqual([]);
      if (!query.isAlert) return;
      expect(found.map(({ metric }) => metric.account)).toEqual(['acmeci']);
    });
  });
});

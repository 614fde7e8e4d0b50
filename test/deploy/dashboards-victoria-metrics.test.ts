import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  startVictoriaMetrics,
  type VictoriaMetricsServer,
} from '../history/prometheus/victoria-metrics-server.ts';
import { describeWithProgram } from '../requires-program.ts';
import { DASHBOARDS, quickQueriesOf } from './dashboards.ts';
import { rehearsed } from './rehearsed-query.ts';
import { type ShowcaseTargets, startShowcaseTargets } from './showcase-targets.ts';

const PATIENCE = { timeout: 40_000, interval: 100 };

describeWithProgram('victoria-metrics', 'dashboards on a real VictoriaMetrics', () => {
  let targets: ShowcaseTargets;
  let store: VictoriaMetricsServer;

  beforeAll(async () => {
    targets = await startShowcaseTargets();
    store = await startVictoriaMetrics(targets.scrapeConfigs);
  });

  afterAll(async () => {
    await store?.stop();
    await targets?.stop();
  });

  describe.each(DASHBOARDS)('$name', ({ dashboard }) => {
    test.each(quickQueriesOf(dashboard))('$title shows something', async ({ target: { expr } }) => {
      const query = encodeURIComponent(rehearsed(expr));
      await vi.waitFor(async () => {
        const response = await fetch(`${store.url}/api/v1/query?nocache=1&query=${query}`);
        const answer = (await response.json()) as { error?: string; data?: { result: unknown[] } };
        expect(answer.error).toBeUndefined();
        expect(answer.data?.result).not.toEqual([]);
      }, PATIENCE);
    });
  });
});

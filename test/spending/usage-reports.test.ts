import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { OwnerRule } from '../../src/domain/spending/spending-config.ts';
import { createMemoryKeyValueStore } from '../../src/history/history.ts';
import { createUsageReports } from '../../src/spending/usage-reports.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { USAGE_HEADER, usageLine } from '../domain/spending/usage-rows.ts';
import { createFixture } from '../history/sqlite/sqlite-fixture.ts';

const SHOP: OwnerRule = {
  team: 'shop',
  namespaces: [],
  clusters: [],
  labels: {},
  users: [],
  accessTokens: ['shop-*'],
  addresses: [],
  repositories: [],
};

test('createUsageReports() sums the reports of a folder by team, also after a reload and a restart', async () => {
  const path = mkdtempSync(join(tmpdir(), 'headroom-usage-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const fixture = createFixture({ startAt: Date.UTC(2026, 10, 30) });
  const ticks: (() => void)[] = [];
  const notes = createMemoryKeyValueStore();
  const open = () =>
    createUsageReports({
      store: fixture.history().usage,
      notes,
      every(_, run) {
        ticks.push(run);
        return () => undefined;
      },
      log: SILENT_LOG,
    });
  const lines = [usageLine({ pulls: 5, token: 'shop-ci' }), usageLine({ pulls: 7, hour: '2026/11/29/10' })];
  writeFileSync(join(path, 'usage.csv'), [USAGE_HEADER, ...lines].join('\n'));
  const reports = open();
  const config = { usageReports: { path }, owners: [], maskAddresses: false };

  reports.apply(config);
  await expect
    .poll(() => {
      ticks[0]?.();
      return Object.fromEntries(reports.teams.totals());
    })
    .toEqual({ acmeci: 12 });
  expect(reports.teams.known()).toEqual({ from: Date.UTC(2026, 10, 29, 9), to: Date.UTC(2026, 10, 29, 11) });

  reports.apply({ ...config, owners: [SHOP] });
  await reports.settled();
  expect(Object.fromEntries(reports.teams.totals())).toEqual({ acmeci: 7, shop: 5 });
  await reports.stop();

  const later = open();
  later.apply({ ...config, owners: [SHOP] });
  await later.settled();
  expect(Object.fromEntries(later.teams.totals())).toEqual({ acmeci: 7, shop: 5 });
  await later.stop();
});

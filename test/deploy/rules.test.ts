import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { knownMetrics } from './known-metrics.ts';
import { selectorsOf } from './promql.ts';
import { ALERTS, RULES, RULES_FILE } from './rules-file.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('deploy/prometheus/rules', () => {
  test('use metrics of Headroom, or those that Prometheus adds', async () => {
    const recorded = RULES.flatMap(({ record }) => record ?? []);
    const known = new Set([...(await knownMetrics()), ...recorded]);
    const selected = RULES.flatMap(({ expr }) => selectorsOf(expr).map(({ metric = '' }) => metric));
    expect(selected.filter((metric) => !known.has(metric))).toEqual([]);
  });

  test('record what docs/metrics.md states', () => {
    const page = readFileSync(resolve(ROOT, 'docs/metrics.md'), 'utf8');
    const named = page.match(/\bbucket:[\w:]+/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !RULES.some(({ record }) => record === name))).toEqual([]);
  });

  test('alert by the names that Headroom itself uses', () => {
    expect(ALERTS.map(({ alert }) => alert)).toEqual([
      'RateLimitExhausted',
      'RateLimitLow',
      'RateLimitRunningOut',
      'RateLimitChanged',
      'DockerHubBlocked',
      'CredentialRejected',
      'CredentialDowngraded',
      'DockerHubUnreachable',
      'PullsRefused',
      'CacheLeak',
      'BudgetExceeded',
      'HeadroomDown',
      'HeadroomConfigReloadFailed',
      'HeadroomNotificationsFailing',
    ]);
  });

  test.each(ALERTS)('$alert states what to do, and how badly', ({ alert, labels, annotations }) => {
    expect(['critical', 'warning', 'info']).toContain(labels?.severity);
    expect(annotations?.summary).toMatch(/^[^{]+\.$/);
    expect(annotations?.description).toMatch(/\.$|\.\n|end \}\}$/);
    expect(annotations?.runbook_url).toBe(`http://headroom:10429/runbooks/${alert}`);
    expect(existsSync(resolve(ROOT, `docs/runbooks/${alert}.md`))).toBe(true);
  });
});

describeWithProgram('promtool', 'deploy/prometheus for promtool', () => {
  test.each([
    ['rules', ['check', 'rules', RULES_FILE]],
    ['scrape configuration', ['check', 'config', 'deploy/prometheus/prometheus.yml']],
    ['cases', ['test', 'rules', 'deploy/prometheus/tests/headroom.test.yml']],
  ])('has good %s', (_, args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
    expect({ status, complaints: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({
      status: 0,
      complaints: '',
    });
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  QUIET_HOURS_SETTINGS,
  RECEIVER_SETTINGS,
  TARGET_SETTINGS,
} from '../../src/config/alerts/receiver-settings.ts';
import { RULE_SETTINGS } from '../../src/config/alerts/rule-settings.ts';
import type { FlagRule } from '../../src/config/flags.ts';
import { FLAGS } from '../../src/config/flags.ts';
import { ALERTS_SETTINGS } from '../../src/config/sections/alerts.ts';
import { CREDENTIAL_SETTINGS, ROUTE_SETTINGS } from '../../src/config/sections/credential-entry.ts';
import { HISTORY_SETTINGS, PROMETHEUS_SETTINGS } from '../../src/config/sections/history.ts';
import { HUB_SETTINGS } from '../../src/config/sections/hub.ts';
import { LOG_SETTINGS, METRICS_SETTINGS } from '../../src/config/sections/metrics-and-log.ts';
import { POLL_SETTINGS } from '../../src/config/sections/poll.ts';
import { WEB_SETTINGS } from '../../src/config/sections/web.ts';
import type { Setting, Settings } from '../../src/config/settings.ts';
import {
  BUDGET_SETTINGS,
  CACHE_SETTINGS,
  CLUSTER_SETTINGS,
  OWNER_SETTINGS,
  SPENDING_SETTINGS,
  USAGE_REPORT_SETTINGS,
} from '../../src/config/spending/spending-settings.ts';
import { load } from './load.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const LINES = DOCUMENT.split('\n');

const TABLES: Readonly<Record<string, Settings>> = {
  poll: POLL_SETTINGS,
  hub: HUB_SETTINGS,
  'credentials[]': CREDENTIAL_SETTINGS,
  'credentials[].route': ROUTE_SETTINGS,
  history: HISTORY_SETTINGS,
  'history.prometheus': PROMETHEUS_SETTINGS,
  alerts: ALERTS_SETTINGS,
  'alerts.rules[]': RULE_SETTINGS,
  'alerts.receivers[]': RECEIVER_SETTINGS,
  'alerts.receivers[].quiet_hours': QUIET_HOURS_SETTINGS,
  ...Object.fromEntries(
    Object.entries(TARGET_SETTINGS).map(([kind, settings]) => [`alerts.receivers[].${kind}`, settings]),
  ),
  metrics: METRICS_SETTINGS,
  spending: SPENDING_SETTINGS,
  'spending.kubernetes[]': CLUSTER_SETTINGS,
  'spending.caches[]': CACHE_SETTINGS,
  'spending.usage_reports': USAGE_REPORT_SETTINGS,
  'spending.owners[]': OWNER_SETTINGS,
  'spending.budgets[]': BUDGET_SETTINGS,
  web: WEB_SETTINGS,
  log: LOG_SETTINGS,
};
const ROWS = Object.entries(TABLES).flatMap(([section, settings]) =>
  Object.entries(settings).map(([name, setting]) => ({ key: `${section}.${name}`, setting })),
);

/** A default as YAML in one line. */
function defaultOf({ kind, fallback }: Setting<unknown>): string {
  if (fallback === undefined || fallback === null) return '';
  const shown = kind.show(fallback);
  const isWord = typeof shown === 'string' && /^[a-z0-9/][\w./:-]*$/i.test(shown);
  return isWord ? `\`${shown}\`` : `\`${JSON.stringify(shown)}\``;
}

function otherWays({ flag, variable }: Setting<unknown>): string {
  return [flag && `\`--${flag}\``, variable && `\`${variable}\``].filter(Boolean).join(', ');
}

describe('docs/configuration.md', () => {
  test.each(ROWS)('has a row for $key that states what the code does', ({ key, setting }) => {
    const cells = [`\`${key}\``, defaultOf(setting), setting.kind.allowed, otherWays(setting)];
    const row = `| ${cells.map((cell) => `${cell} |`).join(' ')} `.replaceAll('|  |', '| |');

    expect(LINES.filter((line) => line.startsWith(row) && line.length > row.length + 2)).toHaveLength(1);
  });

  test('has no row for a key that is not there', () => {
    const documented = LINES.flatMap(
      (line) => /^\| `([a-z]+(?:\[\])?\.[a-z_.[\]]+)` \|/.exec(line)?.[1] ?? [],
    );

    expect(documented).toEqual(ROWS.map(({ key }) => key));
  });

  test.each([...FLAGS])('has a row for --$name', (flag: FlagRule) => {
    const usage = `--${flag.name}${flag.value === undefined ? '' : `=${flag.value}`}`;

    expect(LINES).toContain(`| \`${usage}\` | ${flag.about} |`);
  });

  test.each([
    ...ROWS.flatMap(({ setting }) => setting.variable ?? []),
    'HEADROOM_CONFIG_FILE',
    'DOCKERHUB_USERNAME',
    'DOCKERHUB_PASSWORD',
    'DOCKERHUB_PASSWORD_FILE',
    'SLACK_WEBHOOK_URL',
    'SLACK_WEBHOOK_URL_FILE',
  ])('has a row for %s', (variable) => {
    expect(LINES.filter((line) => line.startsWith(`| \`${variable}\` |`))).toHaveLength(1);
  });

  test('has examples that work', async () => {
    const examples = [...DOCUMENT.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    const files = {
      '/run/secrets/dockerhub-ci': 'hunter2',
      '/run/secrets/prometheus': 'hunter3',
      '/run/secrets/slack': 'https://hooks.slack.com/services/T0/B0/x',
      '/run/secrets/pagerduty': 'a'.repeat(32),
      '/run/secrets/proxy': 'http://u:p@proxy:3128',
      '/var/run/secrets/regcred/.dockerconfigjson': '{"auths":{"docker.io":{"auth":"YTpi"}}}',
      '/etc/ssl/corp.pem': '-----BEGIN CERTIFICATE-----',
      '/etc/web-config.yml': '',
      '/etc/headroom/prod.kubeconfig': '{}',
    };

    expect(examples.length).toBeGreaterThan(3);
    for (const yaml of examples) await expect(load({ yaml, files })).resolves.toBeDefined();
  });
});

describe('docs/receivers.md', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/receivers.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const files = {
    '/run/secrets/hook-authorization': 'Bearer x',
    '/run/secrets/hook-key': 'x',
    '/run/secrets/alertmanager': 'x',
    '/run/secrets/pagerduty': 'a'.repeat(32),
    '/run/secrets/teams': 'https://example.com/x',
    '/run/secrets/discord': 'https://example.com/x',
    '/run/secrets/ntfy-topic': 'x',
    '/run/secrets/ntfy-token': 'x',
  };

  test('has an example that works for every kind but those of Slack', async () => {
    const kinds = [];
    for (const yaml of examples) {
      const { receivers } = (await load({ yaml, files })).alerts;
      kinds.push(...receivers.map(({ target }) => target.kind));
    }

    expect(kinds.sort()).toEqual(
      Object.keys(TARGET_SETTINGS)
        .filter((kind) => !kind.startsWith('slack'))
        .sort(),
    );
  });
});

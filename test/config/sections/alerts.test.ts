import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../src/config/flags.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { Receiver, ReceiverTarget } from '../../../src/domain/alerts/delivery/receiver.ts';
import { DEFAULT_RULES } from '../../../src/domain/alerts/rules/alert-rule.ts';
import { load, type Written } from '../load.ts';

const HOUR_MS = 3_600_000;
const HOOK = 'https://hooks.example/hunter2';

async function receiversOf(written: Written): Promise<readonly Receiver[]> {
  return (await load(written)).alerts.receivers;
}

/** The target of a receiver with this block. */
async function targetOf(
  block: string,
  files: Record<string, string> = {},
): Promise<ReceiverTarget | undefined> {
  const yaml = `alerts:\n  receivers:\n    - { name: r, ${block} }`;
  const [receiver] = await receiversOf({ yaml, files });
  return receiver?.target;
}

async function rulesOf(...rules: string[]) {
  const lines = rules.map((rule) => `    - { ${rule} }`);
  return (await load({ yaml: ['alerts:', '  rules:', ...lines].join('\n') })).alerts.rules;
}

describe('readAlerts(), rules', () => {
  test('has the default rules and no receivers without any', async () => {
    expect((await load({})).alerts).toEqual({ rules: DEFAULT_RULES, receivers: [] });
  });

  test('changes a default rule by its name, and leaves the rest of it', async () => {
    const rules = await rulesOf('name: RateLimitLow, remaining_below: 10%, credentials: anonymous');

    expect(rules.map(({ name }) => name)).toEqual(DEFAULT_RULES.map(({ name }) => name));
    expect(rules[1]).toEqual({
      name: 'RateLimitLow',
      condition: {
        when: 'low',
        below: { unit: 'share', share: 0.1 },
        clearAt: { unit: 'share', share: 0.125 },
      },
      forMs: 120_000,
      severity: 'warning',
      credentials: ['anonymous'],
      sources: undefined,
      labels: {},
      runbookUrl: undefined,
    });
  });

  test('puts own rules behind the default ones', async () => {
    const rules = await rulesOf(
      'name: VeryLow, when: low, remaining_below: 10, severity: critical, labels: { team: web }, runbook_url: "https://wiki/x?y=1#z"',
      'name: Soon, when: running_out, within: 1h, sources: [203.0.113.7]',
    );

    expect(rules.slice(DEFAULT_RULES.length)).toMatchObject([
      {
        name: 'VeryLow',
        condition: {
          when: 'low',
          below: { unit: 'pulls', pulls: 10 },
          clearAt: { unit: 'pulls', pulls: 13 },
        },
        forMs: 0,
        severity: 'critical',
        labels: { team: 'web' },
        runbookUrl: 'https://wiki/x?y=1#z',
      },
      {
        condition: { when: 'running_out', withinMs: HOUR_MS },
        severity: 'warning',
        sources: ['203.0.113.7'],
      },
    ]);
  });

  test('removes a rule that is not enabled', async () => {
    const rules = await rulesOf('name: RateLimitChanged, enabled: false');

    expect(rules.map(({ name }) => name)).not.toContain('RateLimitChanged');
    expect(rules).toHaveLength(DEFAULT_RULES.length - 1);
  });

  test('clears at the whole limit at most', async () => {
    const [, low] = await rulesOf('name: RateLimitLow, remaining_below: 90%');

    expect(low?.condition).toMatchObject({ clearAt: { unit: 'share', share: 1 } });
  });

  test('shows every rule in force, with the defaults', async () => {
    const { maskedYaml } = await load({ yaml: 'alerts: { rules: [{ name: RateLimitLow, for: 5m }] }' });

    expect(maskedYaml).toContain(`    - name: RateLimitLow
      when: low
      remaining_below: "20%"
      clear_at: "25%"
      for: 5m
      severity: warning`);
    expect(maskedYaml).toContain('name: DockerHubUnreachable');
  });
});

describe('readAlerts(), receivers', () => {
  test('reports everything, its end too, and again after four hours', async () => {
    const [receiver] = await receiversOf({
      yaml: 'alerts: { receivers: [{ name: a, ntfy: { topic: t } }] }',
    });

    expect(receiver).toMatchObject({
      name: 'a',
      severities: ['critical', 'warning', 'info'],
      sendResolved: true,
      repeatIntervalMs: 4 * HOUR_MS,
      quietHours: undefined,
    });
  });

  test('reads which alerts a receiver gets, and when', async () => {
    const yaml = `alerts:
  repeat_interval: 1h
  receivers:
    - { name: a, ntfy: { topic: t } }
    - name: b
      ntfy: { topic: t }
      severities: critical
      send_resolved: false
      repeat_interval: 2h
      quiet_hours: { from: 22:00, to: "7:30", time_zone: europe/berlin, days: [fri, mon] }`;

    expect(await receiversOf({ yaml })).toMatchObject([
      { repeatIntervalMs: HOUR_MS },
      {
        severities: ['critical'],
        sendResolved: false,
        repeatIntervalMs: 2 * HOUR_MS,
        quietHours: { fromMinute: 1_320, toMinute: 450, timeZone: 'Europe/Berlin', days: [1, 5] },
      },
    ]);
  });

  test('quiet hours are in UTC and on every day by default', async () => {
    const yaml =
      'alerts: { receivers: [{ name: a, ntfy: { topic: t }, quiet_hours: { from: "0:00", to: "24:00" } }] }';

    expect((await receiversOf({ yaml }))[0]?.quietHours).toEqual({
      fromMinute: 0,
      toMinute: 1_440,
      timeZone: 'UTC',
      days: [0, 1, 2, 3, 4, 5, 6],
    });
  });

  test.each([
    ['slack', `slack: { webhook_url: "${HOOK}", mention: "<!here> <@U012AB3CD>" }`],
    ['teams', `teams: { webhook_url: "${HOOK}" }`],
    ['discord', `discord: { webhook_url: "${HOOK}", mention: "<@&123456789012345678>" }`],
  ])('reads the webhook of %s', async (kind, block) => {
    const target = await targetOf(block);

    expect(target?.kind).toBe(kind);
    expect(target && 'webhookUrl' in target && (await target.webhookUrl()).reveal()).toBe(HOOK);
  });

  test('reads a bot of Slack', async () => {
    const target = await targetOf('slack_bot: { token: xoxb-1, channel: "#builds" }');

    expect(target).toMatchObject({
      kind: 'slack_bot',
      channel: '#builds',
      apiUrl: 'https://slack.com/api',
      mention: undefined,
    });
  });

  test('reads a webhook with headers and a key', async () => {
    const block =
      'webhook: { url: "https://a/b", headers: { X-A: one }, headers_file: { X-B: key }, hmac_secret_file: key }';
    const target = await targetOf(block, { '/etc/key': 'two\n' });
    if (target?.kind !== 'webhook') throw new Error('No webhook');

    expect((await target.url()).reveal()).toBe('https://a/b');
    expect((await target.headers['X-A']?.())?.reveal()).toBe('one');
    expect((await target.headers['X-B']?.())?.reveal()).toBe('two');
    expect((await target.hmacSecret?.())?.reveal()).toBe('two');
  });

  // keys, peers, the header that is sent
  test.each([
    ['url: "http://am:9093/"', ['http://am:9093'], undefined],
    ['url: ["http://a:1/x", "http://b:2"]', ['http://a:1/x', 'http://b:2'], undefined],
    ['url: "http://am", bearer_token: abc', ['http://am'], 'Bearer abc'],
    ['url: "http://am", username: u, password_file: key', ['http://am'], 'Basic dTp0d28='],
  ])('reads an Alertmanager with %s', async (keys, urls, header) => {
    const target = await targetOf(`alertmanager: { ${keys} }`, { '/etc/key': 'two\n' });
    if (target?.kind !== 'alertmanager') throw new Error('No Alertmanager');

    const peers = await Promise.all(target.urls.map(async (read) => (await read()).reveal()));
    expect(peers).toEqual(urls);
    expect((await target.authorization?.())?.reveal()).toBe(header);
    expect(target.resendIntervalMs).toBe(60_000);
  });

  test('reads PagerDuty and ntfy', async () => {
    const key = 'a'.repeat(32);

    expect(await targetOf(`pagerduty: { routing_key: ${key} }`)).toMatchObject({
      kind: 'pagerduty',
      url: 'https://events.pagerduty.com/v2/enqueue',
    });
    expect(await targetOf('ntfy: { topic: docker, url: "https://ntfy.corp" }')).toMatchObject({
      kind: 'ntfy',
      url: 'https://ntfy.corp/',
      token: undefined,
    });
  });

  test('reads a file of a secret anew at each use', async () => {
    const yaml = 'alerts: { receivers: [{ name: r, teams: { webhook_url_file: url } }] }';
    let secret = 'https://a/old';
    const readFile = async (path: string) => (path === '/etc/headroom.yml' ? yaml : secret);
    const flags = parseFlags(['--config.file=/etc/headroom.yml']);
    const { receivers } = (await loadConfig({ flags, env: {}, readFile })).alerts;
    const target = receivers[0]?.target;
    if (target?.kind !== 'teams') throw new Error('No Teams');
    secret = 'https://a/new';

    expect((await target.webhookUrl()).reveal()).toBe('https://a/new');
  });

  test('shows no secret, and shows where the others are', async () => {
    const yaml = `alerts:
  receivers:
    - name: a
      webhook: { url: "https://u:hunter2@a/hunter2", headers: { X-A: hunter2 }, hmac_secret: hunter2 }
    - name: b
      slack: { webhook_url_file: /run/secrets/slack }`;
    const { maskedYaml } = await load({ yaml, files: { '/run/secrets/slack': HOOK } });

    expect(maskedYaml).not.toContain('hunter2');
    expect(maskedYaml).toContain('url: <secret>');
    expect(maskedYaml).toContain('X-A: <secret>');
    expect(maskedYaml).toContain('webhook_url_file: /run/secrets/slack');
  });
});

describe('readAlerts(), environment', () => {
  test.each([
    ['SLACK_WEBHOOK_URL', HOOK],
    ['SLACK_WEBHOOK_URL_FILE', '/run/secrets/slack'],
  ])('makes one Slack receiver of %s', async (variable, value) => {
    const receivers = await receiversOf({
      env: { [variable]: value },
      files: { '/run/secrets/slack': HOOK },
    });

    expect(receivers).toMatchObject([{ name: 'slack', target: { kind: 'slack', mention: undefined } }]);
    const [receiver] = receivers;
    if (receiver?.target.kind !== 'slack') throw new Error('No Slack');
    expect((await receiver.target.webhookUrl()).reveal()).toBe(HOOK);
  });

  test('puts it behind those of the file', async () => {
    const yaml = 'alerts: { receivers: [{ name: a, ntfy: { topic: t } }] }';
    const receivers = await receiversOf({ yaml, env: { SLACK_WEBHOOK_URL: HOOK } });

    expect(receivers.map(({ name }) => name)).toEqual(['a', 'slack']);
  });
});

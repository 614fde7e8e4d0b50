import { describe, expect, test } from 'vitest';
import { problemsOf } from '../load.ts';

const AT = '/etc/headroom.yml';
const DURATION = 'a duration such as 10s, 5m, 1h30m or 90d';
const CONDITIONS =
  'exhausted, low, running_out, blocked, rejected, downgraded, changed, unreachable, pulls_refused, cache_leak, budget_exceeded';
const THRESHOLD =
  'a share of the limit from 0.1% to 100%, such as 20%, or a whole number of pulls from 1 to 1000000';
const KINDS = 'one of slack, slack_bot, webhook, alertmanager, pagerduty, teams, discord, ntfy';
const NAME = '1 to 64 letters, digits, spaces and . _ @ + -, with a letter or digit at both ends';
const SECRET = 'text that is not empty, in quotes if it is only digits or contains special characters';
const ALERTMANAGER_URL =
  'an http or https URL such as http://alertmanager:9093, without user, query and fragment';
const TIME = 'a time of day from "00:00" to "24:00", in quotes';
const SLACK_MENTION =
  '"<!here>", "<!channel>", "<@U012AB3CD>" or "<!subteam^S012AB3CD>", one or several, in quotes';
const LABELS =
  'label names of 1 to 64 letters, digits and _, other than alertname, severity, source, source_kind, credential';

/** One rule with these keys. */
function rule(keys: string): string {
  return `alerts:\n  rules:\n    - { ${keys} }`;
}

/** One receiver named `r` with these keys. */
function receiver(keys: string): string {
  return `alerts:\n  receivers:\n    - { name: r, ${keys} }`;
}

/** Every file that a row may name, and what is in it. */
const FILES = {
  '/etc/url': 'https://hooks.slack.com/services/T0/B0/hunter2\n',
  '/etc/token': 'hunter2\n',
  '/etc/lines': 'hunter\nhunter2\n',
};

/** A rule that is broken; a file that breaks it; the lines that are printed for it, without the file's name in front. */
const ROWS: readonly (readonly [rule: string, yaml: string, ...problems: string[]])[] = [
  // The section
  [
    'a known key',
    'alerts: { repeat: 1h }',
    ':1:11: alerts.repeat: Unknown key. Allowed: repeat_interval, rules, receivers',
  ],
  [
    'repeats from 5 minutes',
    'alerts: { repeat_interval: 1m }',
    `:1:28: alerts.repeat_interval: Out of range: "1m". Allowed: ${DURATION}, from 5m to 30d`,
  ],

  // Rules
  [
    'a rule has a name',
    rule('when: low'),
    ':3:7: alerts.rules[0].name: The name is missing. Allowed: 1 to 64 letters, digits and _, a letter first',
  ],
  [
    'a name once',
    'alerts:\n  rules:\n    - { name: RateLimitLow }\n    - { name: RateLimitLow }',
    `:4:15: alerts.rules[1].name: Duplicate name, first used at ${AT}:3:15: "RateLimitLow"`,
  ],
  [
    'an own rule looks at something',
    rule('name: RateLimitLo'),
    `:3:7: alerts.rules[0].when: The rule has no condition, did you mean the default rule RateLimitLow. Allowed: ${CONDITIONS}`,
  ],
  [
    'a default rule stays what it is',
    rule('name: RateLimitLow, when: exhausted'),
    ':3:35: alerts.rules[0].when: The default rule of this name has another condition: exhausted. Allowed: low, or another name',
  ],
  [
    'a condition',
    rule('name: A, when: empty'),
    `:3:24: alerts.rules[0].when: Not one of the choices: "empty". Allowed: ${CONDITIONS}`,
  ],
  [
    'a share to 100 %',
    rule('name: RateLimitLow, remaining_below: 120%'),
    `:3:46: alerts.rules[0].remaining_below: Out of range: "120%". Allowed: ${THRESHOLD}`,
  ],
  [
    'pulls from 1',
    rule('name: RateLimitLow, remaining_below: 0'),
    `:3:46: alerts.rules[0].remaining_below: Out of range: 0. Allowed: ${THRESHOLD}`,
  ],
  [
    'a share or whole pulls',
    rule('name: RateLimitLow, remaining_below: 0.2'),
    `:3:46: alerts.rules[0].remaining_below: Not a share or a number of pulls: 0.2. Allowed: ${THRESHOLD}`,
  ],
  [
    'clears above where it begins',
    rule('name: RateLimitLow, remaining_below: 30%, clear_at: 25%'),
    ':3:61: alerts.rules[0].clear_at: Below remaining_below: the alert would resolve and fire again at every poll: 25%. Allowed: 30% or more',
  ],
  [
    'clears in the same unit',
    rule('name: RateLimitLow, remaining_below: 30, clear_at: 25%'),
    ':3:60: alerts.rules[0].clear_at: Not in the unit of remaining_below, which is 30: 25%. Allowed: a number of pulls',
  ],
  [
    'a threshold where it counts',
    rule('name: RateLimitExhausted, remaining_below: 5'),
    ':3:52: alerts.rules[0].remaining_below: Has no effect with when: exhausted. Allowed: with when: low only',
  ],
  [
    'within where it counts',
    rule('name: RateLimitLow, within: 5m'),
    ':3:37: alerts.rules[0].within: Has no effect with when: low. Allowed: with when: running_out only',
  ],
  [
    'a severity',
    rule('name: RateLimitLow, severity: page'),
    ':3:39: alerts.rules[0].severity: Not one of the choices: "page". Allowed: critical, warning, info',
  ],
  [
    'a credential that is there',
    rule('name: RateLimitLow, credentials: [anonymus]'),
    ':3:43: alerts.rules[0].credentials[0]: No credential has this name, did you mean anonymous: "anonymus". Allowed: anonymous',
  ],
  [
    'no built-in label',
    rule('name: RateLimitLow, labels: { severity: page, team: web }'),
    `:3:39: alerts.rules[0].labels.severity: Headroom sets this label itself. Allowed: ${LABELS}`,
  ],
  [
    'a label name',
    rule('name: RateLimitLow, labels: { my-team: web }'),
    `:3:39: alerts.rules[0].labels.my-team: Not the name of a label. Allowed: ${LABELS}`,
  ],
  [
    'a runbook on the web',
    rule('name: RateLimitLow, runbook_url: /runbooks/low'),
    ':3:42: alerts.rules[0].runbook_url: Not the URL of a page: "/runbooks/low". Allowed: an http or https URL of at most 3000 characters, without user',
  ],

  // Receivers
  [
    'a receiver has a name',
    'alerts: { receivers: [{ ntfy: { topic: a } }] }',
    `:1:23: alerts.receivers[0].name: The name is missing. Allowed: ${NAME}`,
  ],
  [
    'a receiver is somewhere',
    receiver('send_resolved: false'),
    `:3:7: alerts.receivers[0]: The receiver has no kind. Allowed: ${KINDS}`,
  ],
  [
    'a receiver is one thing',
    receiver('ntfy: { topic: a }, teams: { webhook_url_file: url }'),
    `:3:45: alerts.receivers[0].teams: The receiver already has the kind ntfy. Allowed: ${KINDS}`,
  ],
  [
    'a known kind',
    receiver('slak: { webhook_url_file: url }'),
    `:3:7: alerts.receivers[0]: The receiver has no kind. Allowed: ${KINDS}`,
    ':3:18: alerts.receivers[0].slak: Unknown key, did you mean slack. Allowed: name, slack, slack_bot, webhook, alertmanager, pagerduty, teams, discord, ntfy, severities, send_resolved, repeat_interval, quiet_hours',
  ],
  [
    'a webhook has a URL',
    receiver('slack: { mention: "<!here>" }'),
    ':3:25: alerts.receivers[0].slack.webhook_url: It is missing. Allowed: webhook_url or webhook_url_file',
  ],
  [
    'a URL of the web, never shown',
    receiver('slack: { webhook_url: hooks.slack.com/services/hunter2 }'),
    ':3:40: alerts.receivers[0].slack.webhook_url: Not an http or https URL: <secret>. Allowed: an http or https URL',
  ],
  [
    'a secret or its file',
    receiver('slack: { webhook_url: "https://a/b", webhook_url_file: url }'),
    ':3:73: alerts.receivers[0].slack.webhook_url_file: The secret is also in the configuration. Allowed: webhook_url or webhook_url_file',
  ],
  [
    'a file that is there',
    receiver('teams: { webhook_url_file: nope }'),
    ':3:45: alerts.receivers[0].teams.webhook_url_file: Cannot read /etc/nope: no such file',
  ],
  [
    'a file with a URL',
    receiver('discord: { webhook_url_file: token }'),
    ':3:47: alerts.receivers[0].discord.webhook_url_file: Cannot use /etc/token: it does not contain an http or https URL',
  ],
  [
    'a mention of Slack',
    receiver('slack: { webhook_url_file: url, mention: "@here" }'),
    `:3:59: alerts.receivers[0].slack.mention: Not a mention: "@here". Allowed: ${SLACK_MENTION}`,
  ],
  [
    'a bot has a channel',
    receiver('slack_bot: { token_file: token }'),
    ':3:29: alerts.receivers[0].slack_bot.channel: It is missing. Allowed: channel',
  ],
  [
    'a token is one word',
    receiver('slack_bot: { token_file: lines, channel: C1 }'),
    ':3:43: alerts.receivers[0].slack_bot.token_file: Cannot use /etc/lines: it is not one word of plain characters',
  ],
  [
    'no header of the connection',
    receiver('webhook: { url_file: url, headers: { Host: evil } }'),
    ':3:55: alerts.receivers[0].webhook.headers.Host: Headroom sets this header itself. Allowed: names of headers that Headroom does not set itself',
  ],
  [
    'a header on one line',
    receiver('webhook: { url_file: url, headers_file: { X-Key: lines } }'),
    ':3:67: alerts.receivers[0].webhook.headers_file.X-Key: Cannot use /etc/lines: the value of a header is one line of plain characters',
  ],
  [
    'a header once',
    receiver('webhook: { url_file: url, headers: { X-Key: a }, headers_file: { x-key: token } }'),
    ':3:90: alerts.receivers[0].webhook.headers_file.x-key: The header is also in headers. Allowed: headers or headers_file',
  ],
  [
    'an Alertmanager is somewhere',
    receiver('alertmanager: { resend_interval: 1m }'),
    ':3:32: alerts.receivers[0].alertmanager.url: It is missing. Allowed: url',
  ],
  [
    'a peer without a login in its URL',
    receiver('alertmanager: { url: "http://u:hunter2@am" }'),
    `:3:39: alerts.receivers[0].alertmanager.url: A user is not allowed in this URL: <secret>. Allowed: ${ALERTMANAGER_URL}`,
  ],
  [
    'resends from 5 seconds',
    receiver('alertmanager: { url: "http://am", resend_interval: 1s }'),
    `:3:69: alerts.receivers[0].alertmanager.resend_interval: Out of range: "1s". Allowed: ${DURATION}, from 5s to 10m`,
  ],
  [
    'Alertmanager repeats by itself',
    receiver('alertmanager: { url: "http://am" }, repeat_interval: 1h'),
    ':3:71: alerts.receivers[0].repeat_interval: Has no effect: Alertmanager decides this itself. Allowed: with other receivers only',
  ],
  [
    'a routing key',
    receiver('pagerduty: { routing_key: abc }'),
    ':3:44: alerts.receivers[0].pagerduty.routing_key: Cannot use it: it is not a key of 32 letters and digits',
  ],
  [
    'a routing key in quotes',
    receiver('pagerduty: { routing_key: 12345 }'),
    `:3:44: alerts.receivers[0].pagerduty.routing_key: Not a text: <secret>. Allowed: ${SECRET}`,
  ],
  [
    'a topic',
    receiver('ntfy: { topic: "a/b" }'),
    ':3:33: alerts.receivers[0].ntfy.topic: Cannot use it: it is not a topic of 1 to 64 letters, digits, _ and -',
  ],
  [
    'a time of day',
    receiver('ntfy: { topic: a }, quiet_hours: { from: "25:00", to: "7:00" }'),
    `:3:59: alerts.receivers[0].quiet_hours.from: Not a time of day: "25:00". Allowed: ${TIME}`,
  ],
  [
    'both ends of quiet hours',
    receiver('ntfy: { topic: a }, quiet_hours: { from: "22:00" }'),
    `:3:51: alerts.receivers[0].quiet_hours.to: It is missing. Allowed: ${TIME}`,
  ],
  [
    'quiet hours that last',
    receiver('ntfy: { topic: a }, quiet_hours: { from: "7:00", to: "07:00" }'),
    ':3:71: alerts.receivers[0].quiet_hours.to: The same as from: it is not clear whether the whole day or nothing is meant. Allowed: another time; for the whole day from "00:00" to "24:00"',
  ],
  [
    'a time zone',
    receiver('ntfy: { topic: a }, quiet_hours: { from: "22:00", to: "7:00", time_zone: Europe/Berln }'),
    ':3:91: alerts.receivers[0].quiet_hours.time_zone: Not a time zone, did you mean Europe/Berlin: "Europe/Berln". Allowed: the name of a time zone such as UTC or Europe/Berlin',
  ],
  [
    'a day',
    receiver('ntfy: { topic: a }, quiet_hours: { from: "22:00", to: "7:00", days: [sunday] }'),
    ':3:87: alerts.receivers[0].quiet_hours.days[0]: Not one of the choices: "sunday". Allowed: sun, mon, tue, wed, thu, fri, sat',
  ],
];

describe('readAlerts() rejects a file that breaks a rule', () => {
  test.each(ROWS)('%s', async (_rule, yaml, ...problems) => {
    const lines = await problemsOf({ yaml, files: FILES });

    expect(lines).toEqual(problems.map((problem) => `${AT}${problem}`));
  });

  test('reports all of them at once', async () => {
    const yaml = `alerts:
  repeat_interval: 1s
  rules:
    - { name: RateLimitLow, remaining_below: 200%, for: soon }
  receivers:
    - { name: a }
    - { name: a, ntfy: { topic: a } }`;

    expect(await problemsOf({ yaml })).toHaveLength(5);
  });
});

describe('readAlerts() rejects an environment', () => {
  test('with both variables', async () => {
    const env = { SLACK_WEBHOOK_URL: 'https://a/b', SLACK_WEBHOOK_URL_FILE: '/etc/url' };

    expect(await problemsOf({ env })).toEqual([
      'SLACK_WEBHOOK_URL_FILE: SLACK_WEBHOOK_URL is set too. Allowed: SLACK_WEBHOOK_URL or SLACK_WEBHOOK_URL_FILE',
    ]);
  });

  test('with a URL that is none, without showing it', async () => {
    expect(await problemsOf({ env: { SLACK_WEBHOOK_URL: 'hunter2' } })).toEqual([
      'SLACK_WEBHOOK_URL: alerts.receivers[0].slack.webhook_url: Not an http or https URL: <secret>. Allowed: an http or https URL',
    ]);
  });

  test('whose receiver has the name of another one', async () => {
    const yaml = receiver('ntfy: { topic: t }').replace('name: r', 'name: slack');

    expect(await problemsOf({ yaml, env: { SLACK_WEBHOOK_URL: 'https://a/b' } })).toEqual([
      'SLACK_WEBHOOK_URL: alerts.receivers[1].name: Duplicate name, first used at /etc/headroom.yml:3:15: "slack"',
    ]);
  });
});

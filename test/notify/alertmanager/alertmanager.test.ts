import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Receiver } from '../../../src/domain/alerts/delivery/receiver.ts';
import { SEVERITIES } from '../../../src/domain/alerts/rules/alert-rule.ts';
import { createHttpClient } from '../../../src/kit/http/http-client.ts';
import { NO_PROXIES } from '../../../src/kit/http/proxy-rules.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { createAlertmanagerFeed } from '../../../src/notify/alertmanager/alertmanager-feed.ts';
import { createHttpPost } from '../../../src/notify/http-post.ts';
import { webhookPayload } from '../../../src/notify/webhook.ts';
import { alertOf, notificationOf } from '../../domain/alerts/sample-alerts.ts';
import { SILENT_LOG } from '../../domain/log-recorder.ts';
import { describeWithProgram } from '../../requires-program.ts';
import { type ReceivingServer, startReceiving } from '../receiving-server.ts';
import { type AlertmanagerServer, startAlertmanager } from './alertmanager-server.ts';

const HOSTILE = '"}{\\ \u202E<b>`{x}`\n\u{1F40B}\uD800';

/** A feed to these peers, with the time of this machine. */
function feedTo(urls: readonly string[]) {
  const client = createHttpClient({ proxyFor: NO_PROXIES });
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const receiver: Receiver = {
    name: 'am',
    severities: SEVERITIES,
    sendResolved: true,
    repeatIntervalMs: 1,
    quietHours: undefined,
    target: {
      kind: 'alertmanager',
      urls: urls.map((url) => async () => new Secret(url)),
      authorization: undefined,
      resendIntervalMs: 60_000,
    },
  };
  const timers = {
    after(delayMs: number, run: () => void) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const feed = createAlertmanagerFeed(receiver, {
    post: createHttpPost({ client, clock }),
    clock,
    timers,
    random: () => 0,
    log: SILENT_LOG,
    settle: () => undefined,
    pageUrl: () => 'https://headroom.example.com/',
  });
  return {
    feed,
    async stop() {
      await feed.stop();
      await client.close();
    },
  };
}

const now = Date.now();
const exhausted = alertOf({ fingerprint: 'a', pendingAt: now, firedAt: now });
const low = alertOf({
  fingerprint: 'b',
  rule: 'RateLimitLow',
  when: 'low',
  severity: 'warning',
  pendingAt: now,
  firedAt: now,
  labels: { alertname: 'RateLimitLow', severity: 'warning', source: HOSTILE, source_kind: 'account' },
  credentials: [HOSTILE],
});

describeWithProgram(['prometheus-alertmanager', 'amtool'], 'A real Alertmanager', () => {
  let hook: ReceivingServer;
  let first: AlertmanagerServer;
  let second: AlertmanagerServer;

  beforeAll(async () => {
    hook = await startReceiving(() => ({ status: 200 }));
    [first, second] = await Promise.all([
      startAlertmanager(`${hook.origin}/first`),
      startAlertmanager(`${hook.origin}/second`),
    ]);
  });
  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
    await hook.stop();
  });

  test('receives, groups and resolves alerts, at each peer, and one that hangs keeps none of them waiting', async () => {
    const dead = 'http://127.0.0.1:1';
    const { feed, stop } = feedTo([first.url, dead, second.url]);
    feed.present([exhausted, low]);
    for (const peer of [first, second]) {
      const alerts = await peer.until((found) => found.length === 2);
      const names = alerts.map(({ labels }) => labels.alertname).sort();
      expect(names).toEqual(['RateLimitExhausted', 'RateLimitLow']);
      for (const { endsAt, generatorURL, status } of alerts) {
        expect(Date.parse(endsAt)).toBeGreaterThan(Date.now() + 60_000);
        expect(generatorURL).toBe('https://headroom.example.com/');
        expect(status.state).toBe('active');
      }
    }
    // A peer shows the alerts a moment before its answer is here.
    await expect.poll(() => feed.health()).toMatchObject({ sent: 2, queued: 1 });

    feed.present([low]);
    for (const peer of [first, second]) {
      const alerts = await peer.until((found) => found.length === 1);
      expect(alerts[0]?.labels.alertname).toBe('RateLimitLow');
      expect(alerts[0]?.annotations.summary).toContain('Docker Hub pulls are low');
    }
    await stop();
  });

  test('sends by its own webhook what ours sends for the same alerts', async () => {
    await first.until((found) => found.length <= 1);
    const { feed, stop } = feedTo([first.url]);
    feed.present([exhausted]);
    await first.until((found) => found.some(({ labels }) => labels.alertname === 'RateLimitExhausted'));
    feed.present([]);
    await first.until((found) => !found.some(({ labels }) => labels.alertname === 'RateLimitExhausted'));
    await stop();
    const payloads = hook.received.map(({ body }) => JSON.parse(body));
    const theirs = payloads.find(({ alerts }) => alerts[0].labels.alertname === 'RateLimitExhausted');
    const ours = webhookPayload(notificationOf({ alerts: [exhausted] }), now);

    expect(keysOf(ours)).toEqual(keysOf(theirs));
    expect(keysOf(ours.alerts[0])).toEqual(keysOf(theirs.alerts[0]));
    expect(ours).toMatchObject({
      version: theirs.version,
      status: theirs.status,
      groupLabels: theirs.groupLabels,
      commonLabels: theirs.commonLabels,
    });
    expect(ours.alerts[0]).toMatchObject({
      labels: theirs.alerts[0].labels,
      endsAt: theirs.alerts[0].endsAt,
      generatorURL: theirs.alerts[0].generatorURL,
    });
    expect(payloads.some(({ status, groupLabels }) => status === 'resolved' && groupLabels.alertname)).toBe(
      true,
    );
  });
});

function keysOf(value: unknown): string[] {
  return Object.keys(value as object).sort();
}

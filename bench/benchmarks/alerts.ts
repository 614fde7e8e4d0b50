import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAlertEngine } from '../../src/alerts/alert-engine.ts';
import { systemClock } from '../../src/cli/host.ts';
import { DEFAULT_RULES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { createMemoryAlertStore, createMemoryHistory } from '../../src/history/memory-history.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { observe } from '../measure/finding.ts';
import { startHeadroom } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';
import { silentLog } from '../silent-log.ts';

const TURNS = 7;
const TOLD_WITHIN_MS = 1_000;
const LOOK_WITHIN_MS = 50;
const LOOKS = 50;
/** The longest that a message may take, in milliseconds; a turn without one is broken. */
const GIVE_UP_MS = 30_000;

/** How soon alerts are sent. */
export const alerts: Benchmark = {
  name: 'alerts',
  about:
    'Time from the end of the probe that sees nothing left to the request at a Slack stand-in on loopback, the real ' +
    'program started anew for each turn; and what it takes to look at everything once.',
  async run() {
    const single: number[] = [];
    const many: number[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      single.push(await timeToSlack(1));
      many.push(await timeToSlack(1_000));
    }
    return [
      observe('probe to Slack, 1 credential', 'ms', single, TOLD_WITHIN_MS),
      observe('probe to Slack, 1,000 credentials', 'ms', many, TOLD_WITHIN_MS),
      observe('all rules, 1,000 credentials, nothing wrong', 'ms', timeToLook(50), LOOK_WITHIN_MS),
      observe('all rules, 1,000 credentials, all exhausted', 'ms', timeToLook(0), LOOK_WITHIN_MS),
    ];
  },
};

/** Spends everything, and waits for the message. A webhook beside Slack records when the probe ended. */
async function timeToSlack(credentials: number): Promise<number> {
  const simulator = await startHelper('simulated-hub');
  const arrivedAt = new Map<string, number>();
  let seenAt = Number.NaN;
  const listener = await listen((path, body) => {
    arrivedAt.set(path, Date.now());
    if (path === '/webhook') seenAt = Date.parse(JSON.parse(body).alerts[0].startsAt);
  });
  const { port } = listener.address() as AddressInfo;
  const headroom = await startHeadroom({
    hubPort: simulator.port,
    credentials,
    schedule: '*/5 * * * * *',
    jitter: '2s',
    alerts: `{ receivers: [
      { name: slack, slack: { webhook_url: "http://127.0.0.1:${port}/slack" } },
      { name: webhook, webhook: { url: "http://127.0.0.1:${port}/webhook" } } ] }`,
  });
  try {
    await fetch(`http://127.0.0.1:${simulator.port}/_simulator/spend`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: '127.0.0.1', pulls: 100 }),
    });
    const giveUpAt = Date.now() + GIVE_UP_MS;
    while (arrivedAt.size < 2) {
      if (Date.now() > giveUpAt) throw new Error(`No message came: ${[...arrivedAt.keys()].join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return (arrivedAt.get('/slack') ?? Number.NaN) - seenAt;
  } finally {
    await Promise.all([headroom.stop(), simulator.stop()]);
    listener.close();
  }
}

async function listen(hear: (path: string, body: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    const arrived = request.url ?? '';
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      hear(arrived, body);
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Looks at a thousand buckets again and again; those with nothing left all have an alert. */
function timeToLook(remaining: number): number[] {
  const now = Date.now();
  const history = createMemoryHistory({ clock: systemClock, log: silentLog });
  const names = Array.from({ length: 1_000 }, (_, i) => `credential-${i}`);
  history.apply(names.map((name) => ({ name, hasLogin: false, fingerprint: name })));
  for (const [i, name] of names.entries()) {
    const source = { value: `10.0.${i >> 8}.${i & 255}`, kind: 'ipv4' } as const;
    const rateLimit = { limit: 100, remaining, windowSeconds: 3_600 };
    const reading = { kind: 'metered', rateLimit, source } as const;
    history.record({ credential: name, at: now, durationMs: 1, intervalMs: 60_000, reading });
  }
  let look = (): void => undefined;
  const engine = createAlertEngine({
    store: createMemoryAlertStore(),
    notifier: { submit: () => undefined, present: () => undefined, health: () => [] },
    states: () => history.states(),
    outlookOf: () => undefined,
    pageUrl: () => 'http://localhost/',
    newId: () => 'id',
    clock: systemClock,
    after: () => () => undefined,
    every(_, run) {
      look = run;
      return () => undefined;
    },
    log: silentLog,
  });
  engine.open({ rules: DEFAULT_RULES, receivers: [], routeOf: () => '' });
  return Array.from({ length: LOOKS }, () => {
    const startedAt = performance.now();
    look();
    return performance.now() - startedAt;
  });
}

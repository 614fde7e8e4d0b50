import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAlerting, pageUrlOf, subscribeToAll } from '../src/alerting.ts';
import type { Receiver } from '../src/domain/alerts/delivery/receiver.ts';
import type { AlertEvent, AlertStore } from '../src/domain/alerts/lifecycle/alert-store.ts';
import { DEFAULT_RULES } from '../src/domain/alerts/rules/alert-rule.ts';
import type { Credential, Route } from '../src/domain/credential.ts';
import type { LiveEvent } from '../src/domain/history/live-event.ts';
import { parseImageReference } from '../src/domain/image-reference.ts';
import { parseSource } from '../src/domain/rate-limit.ts';
import type { Reading } from '../src/domain/reading.ts';
import type { Result } from '../src/domain/result.ts';
import { createMemoryAlertStore, createMemoryHistory } from '../src/history/memory-history.ts';
import { Secret } from '../src/kit/secret.ts';
import { receiver } from './alerts/test-receivers.ts';
import { SILENT_LOG } from './domain/log-recorder.ts';
import { type ReceivingServer, startReceiving } from './notify/receiving-server.ts';

/** Something that can be listened to. */
function createSource<T>() {
  const listeners = new Set<(value: T) => void>();
  return {
    subscribe(listener: (value: T) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (value: T) => {
      for (const listener of listeners) listener(value);
    },
    listeners,
  };
}

test('subscribeToAll() reports results and alerts, until it is ended', () => {
  const [history, alerts] = [createSource<Result>(), createSource<AlertEvent>()];
  const heard: LiveEvent[] = [];
  const end = subscribeToAll(history, alerts, (event) => heard.push(event));
  const result = { credential: 'ci' } as Result;
  const event = { kind: 'firing', at: 1 } as AlertEvent;
  history.tell(result);
  alerts.tell(event);
  expect(heard).toEqual([
    { kind: 'result', result },
    { kind: 'alert', event },
  ]);
  end();
  expect(history.listeners.size + alerts.listeners.size).toBe(0);
});

const WEB = {
  externalUrl: undefined,
  listenAddresses: [{ host: undefined, port: 10429 }],
  routePrefix: '/',
} as const;

describe('pageUrlOf()', () => {
  // what is configured, where it listens by now, the page
  test.each([
    ['the machine by its name', {}, undefined, 'http://node-7:10429/'],
    ['a prefix', { routePrefix: '/headroom' }, undefined, 'http://node-7:10429/headroom/'],
    [
      'what people call it',
      { externalUrl: new URL('https://a.example/b') },
      undefined,
      'https://a.example/b/',
    ],
    [
      'every address by IPv4',
      { listenAddresses: [{ host: '0.0.0.0', port: 80 }] },
      undefined,
      'http://node-7:80/',
    ],
    [
      'the only address that it answers at',
      { listenAddresses: [{ host: '127.0.0.1', port: 10429 }] },
      undefined,
      'http://127.0.0.1:10429/',
    ],
    [
      'an IPv6 address',
      { listenAddresses: [{ host: '::1', port: 10429 }] },
      undefined,
      'http://[::1]:10429/',
    ],
    [
      'the real port and scheme',
      { listenAddresses: [{ host: undefined, port: 0 }] },
      new URL('https://localhost:41234/'),
      'https://node-7:41234/',
    ],
  ])('%s', (_, differences, listening, page) => {
    expect(pageUrlOf({ ...WEB, ...differences }, 'node-7', listening)).toBe(page);
  });

  test('a machine whose name is no host name is here', () => {
    expect(pageUrlOf(WEB, 'Adas Mac mini')).toBe('http://localhost:10429/');
  });
});

const CLOCK = { now: () => Date.now(), monotonicMs: () => performance.now() };
const EMPTY: Reading = {
  kind: 'metered',
  rateLimit: { limit: 100, remaining: 0, windowSeconds: 3_600 },
  source: parseSource('203.0.113.9'),
};
const ABUSE: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };

/** Credentials by these routes. */
function credentialsOf(routes: Readonly<Record<string, Route>>): Credential[] {
  return Object.entries(routes).map(([name, route]) => ({
    identity: { name, hasLogin: false, fingerprint: name },
    readLogin: undefined,
    route,
    image: parseImageReference('ratelimitpreview/test'),
    schedule: '* * * * *',
    jitterMs: 0,
    timeoutMs: 1_000,
  }));
}

/** A webhook that accepts everything as long as `isUp` returns true. */
async function startHook(isUp: () => boolean = () => true): Promise<ReceivingServer> {
  const hook = await startReceiving(() => ({ status: isUp() ? 200 : 503 }));
  onTestFinished(() => hook.stop());
  return hook;
}

function hookReceiver({ origin }: ReceivingServer): Receiver {
  const url = () => Promise.resolve(new Secret(`${origin}/hook`));
  return receiver('hook', { target: { kind: 'webhook', url, headers: {}, hmacSecret: undefined } });
}

interface Setup {
  readonly receivers?: readonly Receiver[];
  readonly routes?: Readonly<Record<string, Route>>;
  readonly store?: AlertStore;
}

/** Alerting by real time with a history to which a test adds results; only these trigger an evaluation. */
function setUp({ receivers = [], routes = { ci: {} }, store = createMemoryAlertStore() }: Setup = {}) {
  const history = createMemoryHistory({ clock: CLOCK, log: SILENT_LOG });
  const alerting = createAlerting({
    history,
    store,
    outlookOf: () => undefined,
    env: {},
    userAgent: 'headroom/test',
    pageUrl: () => 'http://headroom.example/',
    clock: CLOCK,
    random: () => 0,
    log: SILENT_LOG,
    every: () => () => undefined,
  });
  onTestFinished(() => alerting.stop());
  const credentials = credentialsOf(routes);
  history.apply(credentials.map(({ identity }) => identity));
  return {
    alerting,
    apply: (next: readonly Receiver[] = receivers) =>
      alerting.apply({ alerts: { rules: DEFAULT_RULES, receivers: next }, credentials }),
    record: (reading: Reading, credential = 'ci') =>
      void history.record({ credential, at: Date.now(), durationMs: 1, intervalMs: 60_000, reading }),
  };
}

/** Waits for so many messages, and returns the status of the last one. */
async function heard(hook: ReceivingServer, messages: number): Promise<string> {
  await vi.waitFor(() => expect(hook.received.length).toBeGreaterThanOrEqual(messages), 30_000);
  return (JSON.parse(hook.received.at(-1)?.body ?? '{}') as { status: string }).status;
}

describe('createAlerting()', () => {
  test('notifies the receivers of results that the history records', async () => {
    const hook = await startHook();
    const { apply, record } = setUp({ receivers: [hookReceiver(hook)] });
    apply();
    record(EMPTY);
    expect(await heard(hook, 1)).toBe('firing');
    expect(hook.received[0]?.headers['user-agent']).toBe('headroom/test');
    expect(hook.received[0]?.body).toContain('http://headroom.example/runbooks/RateLimitExhausted');
  });

  test('evaluates no alert before it is configured, and then every earlier result', () => {
    const { alerting, apply, record } = setUp();
    record(EMPTY);
    expect(alerting.service.alerts()).toEqual([]);
    apply();
    expect(alerting.service.alerts().map(({ rule }) => rule)).toEqual(['RateLimitExhausted']);
  });

  // the ways out of two credentials that are both blocked, how many addresses those are
  test.each<[Route, Route, number]>([
    [{}, {}, 1],
    [{ localAddress: '10.0.0.7' }, { localAddress: '10.0.0.7' }, 1],
    [{ localAddress: '10.0.0.7' }, { localAddress: '10.0.0.8' }, 2],
    [{ ipFamily: 4 }, { ipFamily: 6 }, 2],
    [{ proxyUrl: new Secret('http://a:3128') }, { proxyUrl: new Secret('http://a:3128') }, 1],
    [{ proxyUrl: new Secret('http://a:3128') }, { proxyUrl: new Secret('http://b:3128') }, 2],
  ])('%#: treats credentials with one route as one address', (ci, web, addresses) => {
    const { alerting, apply, record } = setUp({ routes: { ci, web } });
    apply();
    record(ABUSE, 'ci');
    record(ABUSE, 'web');
    expect(alerting.service.alerts()).toHaveLength(addresses);
  });

  test('closes what is open at a receiver before a reload removes it', async () => {
    const hook = await startHook();
    const { alerting, apply, record } = setUp({ receivers: [hookReceiver(hook)] });
    apply();
    record(EMPTY);
    await heard(hook, 1);
    await vi.waitFor(() => expect(alerting.service.receivers()).toMatchObject([{ sent: 1 }]), 30_000);
    apply([]);
    expect(await heard(hook, 2)).toBe('resolved');
  });

  test('sends after the next start what no receiver accepted before the end', async () => {
    let isUp = false;
    const hook = await startHook(() => isUp);
    const store = createMemoryAlertStore();
    const before = setUp({ receivers: [hookReceiver(hook)], store });
    before.apply();
    before.record(EMPTY);
    await heard(hook, 1);
    await before.alerting.stop();

    isUp = true;
    const refused = hook.received.length;
    setUp({ receivers: [hookReceiver(hook)], store }).apply();
    expect(await heard(hook, refused + 1)).toBe('firing');
  });
});

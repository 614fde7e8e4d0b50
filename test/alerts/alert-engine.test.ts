import { describe, expect, test } from 'vitest';
import { createAlertEngine } from '../../src/alerts/alert-engine.ts';
import type { AlertEngine } from '../../src/alerts/engine-ports.ts';
import type { Notification } from '../../src/domain/alerts/delivery/notification.ts';
import type { AlertsConfig, Receiver } from '../../src/domain/alerts/delivery/receiver.ts';
import type { AlertEvent, AlertStore } from '../../src/domain/alerts/lifecycle/alert-store.ts';
import { DEFAULT_RULES } from '../../src/domain/alerts/rules/alert-rule.ts';
import type { Outlook } from '../../src/domain/credential-snapshot.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { failed, type Reading } from '../../src/domain/reading.ts';
import { createMemoryAlertStore, createMemoryHistory } from '../../src/history/memory-history.ts';
import type { Log } from '../../src/kit/log.ts';
import { EXHAUSTED } from '../domain/alerts/sample-alerts.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { createVirtualClock } from './replay/virtual-clock.ts';
import { receiver } from './test-receivers.ts';

const NOW = Date.UTC(2026, 10, 23);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** After so long everything has been looked at again, in milliseconds. */
const LOOKED_AGAIN_MS = 6_000;

interface Setup {
  readonly credentials?: readonly string[];
  readonly receivers?: readonly Receiver[];
  readonly store?: AlertStore;
  readonly log?: Log;
  readonly outlookOf?: (name: string) => Outlook | undefined;
}

/** An engine with a history, whose messages arrive at once. */
function startEngine(settings: Setup = {}) {
  const { credentials = ['ci'], receivers = [receiver('slack')], store, log, outlookOf } = settings;
  const clock = createVirtualClock(NOW);
  const history = createMemoryHistory({ clock, log: SILENT_LOG });
  const sent: Notification[] = [];
  const presented: string[][] = [];
  let ids = 0;
  const engine: AlertEngine = createAlertEngine({
    store: store ?? createMemoryAlertStore(),
    notifier: {
      submit(notification) {
        clock.after(1, () => {
          sent.push(notification);
          engine.settle(notification, { kind: 'delivered', thread: undefined });
        });
      },
      present(alerts) {
        presented.push(
          alerts.map(({ rule, state, silencedBy }) => `${rule} ${state}${silencedBy ? ' silenced' : ''}`),
        );
      },
      health: () => [],
    },
    states: () => history.states(),
    outlookOf: outlookOf ?? (() => undefined),
    pageUrl: () => 'https://headroom.example.com/',
    newId: () => `id-${ids++}`,
    clock,
    after: clock.after,
    every: clock.every,
    log: log ?? SILENT_LOG,
  });
  const configure = (names: readonly string[]) =>
    history.apply(names.map((name) => ({ name, hasLogin: name !== 'anonymous', fingerprint: name })));
  const setup = (config: AlertsConfig) => ({ ...config, routeOf: () => 'direct' });
  const config: AlertsConfig = { rules: DEFAULT_RULES, receivers };
  configure(credentials);
  engine.open(setup(config));
  history.subscribe((result) => engine.record(result));

  return {
    engine,
    clock,
    sent,
    presented,
    configure,
    apply: (differences: Partial<AlertsConfig>) => engine.apply(setup({ ...config, ...differences })),
    /** Lets so much time pass, and then a probe end. */
    probe(minutes: number, reading: Reading, credential = 'ci') {
      clock.passTo(clock.now() + minutes * MINUTE_MS);
      history.record({ credential, at: clock.now(), durationMs: 1, intervalMs: MINUTE_MS, reading });
      clock.passTo(clock.now() + LOOKED_AGAIN_MS);
    },
    /** A probe ends, and only a moment passes. */
    probeNow(reading: Reading) {
      history.record({ credential: 'ci', at: clock.now(), durationMs: 1, intervalMs: MINUTE_MS, reading });
      clock.passTo(clock.now() + 500);
    },
    pass: (ms: number) => clock.passTo(clock.now() + ms),
    gist: () =>
      sent.map(({ transition, alerts }) => `${transition} ${alerts.map(({ rule }) => rule).join(' ')}`),
  };
}

function left(remaining: number, source = 'acme'): Reading {
  return {
    kind: 'metered',
    rateLimit: { limit: 100, remaining, windowSeconds: 3_600 },
    source: parseSource(source),
  };
}

describe('AlertEngine', () => {
  test('fires at once after the probe that sees nothing left', () => {
    const { probeNow, gist, engine, presented } = startEngine();
    probeNow(left(0));
    expect(gist()).toEqual(['fire RateLimitExhausted']);
    expect(engine.alerts()).toMatchObject([
      { rule: 'RateLimitExhausted', state: 'firing', credentials: ['ci'] },
    ]);
    expect(presented.at(-1)).toEqual(['RateLimitExhausted firing']);
  });

  test('states in the first message when pulls come back, although the forecast follows after the probe', () => {
    let outlook: Outlook | undefined;
    const { probeNow, clock, sent } = startEngine({ outlookOf: () => outlook });
    clock.after(50, () => {
      outlook = { forecast: EXHAUSTED, pool: undefined };
    });
    probeNow(left(0));
    expect(sent).toMatchObject([{ transition: 'fire', alerts: [{ facts: { forecast: EXHAUSTED } }] }]);
  });

  test('names in the message the credential of another bucket with the most pulls left', () => {
    const { probe, sent, engine } = startEngine({ credentials: ['ci', 'small', 'pull-secret'] });
    probe(0, left(50, 'small'), 'small');
    probe(0, left(99, 'secret'), 'pull-secret');
    probe(0, left(0), 'ci');
    const expected = { credential: 'pull-secret', limited: { remaining: 99, limit: 100 } };
    expect(sent).toMatchObject([{ transition: 'fire', alerts: [{ facts: { mostLeft: expected } }] }]);
    expect(engine.alerts()).toMatchObject([{ facts: { mostLeft: expected } }]);
  });

  test('names every credential of the bucket, adds new ones, and removes those that leave', () => {
    const { probe, engine, sent } = startEngine({ credentials: ['ci', 'web', 'batch'] });
    probe(0, left(50), 'web');
    probe(0, left(0), 'ci');
    expect(sent[0]?.alerts[0]?.credentials).toEqual(['ci', 'web']);
    probe(1, left(0), 'batch');
    expect(engine.alerts()[0]?.credentials).toEqual(['ci', 'web', 'batch']);
    probe(1, left(90, 'elsewhere'), 'web');
    probe(0, left(0), 'ci');
    expect(engine.alerts()[0]?.credentials).toEqual(['ci', 'batch']);
    expect(sent).toHaveLength(1);
  });

  test('keeps an alert through failures, for as long as they last', () => {
    const { probe, engine } = startEngine();
    probe(0, left(0));
    for (let i = 0; i < 60; i += 1) probe(1, failed('timeout', 'No answer within 10s'));
    expect(engine.alerts().map(({ rule }) => rule)).toEqual(['RateLimitExhausted', 'DockerHubUnreachable']);
  });

  test('fires for one credential if only its probes fail, and for the hub if all probes fail', () => {
    const { probe, engine } = startEngine({ credentials: ['ci', 'web'] });
    for (let i = 0; i < 15; i += 1) {
      probe(0.5, left(50, 'a'), 'ci');
      probe(0.5, failed('proxy', 'The proxy answered 407'), 'web');
    }
    expect(engine.alerts()).toMatchObject([
      {
        rule: 'DockerHubUnreachable',
        subject: { kind: 'credential' },
        credentials: ['web'],
        state: 'firing',
      },
    ]);
  });

  test('a bucket that no probe sees any more is dropped after a window', () => {
    const { probe, engine, gist } = startEngine({ credentials: ['anonymous'] });
    probe(0, left(0, '203.0.113.1'), 'anonymous');
    for (let i = 0; i < 50; i += 1) probe(1, left(90, '203.0.113.2'), 'anonymous');
    expect(engine.alerts().filter(({ state }) => state === 'firing')).toHaveLength(1);
    for (let i = 0; i < 8; i += 1) probe(1, left(90, '203.0.113.2'), 'anonymous');
    expect(gist()).toEqual(['fire RateLimitExhausted', 'resolve RateLimitExhausted']);
    expect(engine.alerts()).toEqual([]);
  });

  test('an address pool does not make an alert flap', () => {
    const { probe, gist } = startEngine({ credentials: ['anonymous'] });
    for (let i = 0; i < 60; i += 1)
      probe(1, i % 2 === 0 ? left(0, '203.0.113.1') : left(90, '203.0.113.2'), 'anonymous');
    expect(gist()).toEqual(['fire RateLimitExhausted']);
  });
});

describe('AlertEngine at a reload', () => {
  test('ends the alerts of a rule that is gone, and reports it', () => {
    const { probe, apply, pass, sent, engine } = startEngine();
    probe(0, left(0));
    apply({ rules: DEFAULT_RULES.filter(({ name }) => name !== 'RateLimitExhausted') });
    expect(engine.alerts().filter(({ rule }) => rule === 'RateLimitExhausted')).toEqual([]);
    pass(30_000);
    expect(sent.at(-1)).toMatchObject({ transition: 'resolve', alerts: [{ resolution: 'removed' }] });
  });

  test('ends the alerts of a credential that is gone', () => {
    const { probe, configure, apply, pass, sent, engine } = startEngine({ credentials: ['ci', 'web'] });
    probe(0, left(0));
    configure(['web']);
    apply({});
    pass(30_000);
    expect(engine.alerts()).toEqual([]);
    expect(sent.at(-1)).toMatchObject({ transition: 'resolve', alerts: [{ resolution: 'removed' }] });
  });

  test('keeps the state of a rule that is changed', () => {
    const { probe, apply, pass, engine, gist } = startEngine();
    probe(0, left(0));
    const milder = DEFAULT_RULES.map((rule) => ({
      ...rule,
      severity: 'warning' as const,
      labels: { team: 'a' },
    }));
    apply({ rules: milder });
    pass(30_000);
    expect(engine.alerts()[0]).toMatchObject({ severity: 'warning', labels: { team: 'a' }, state: 'firing' });
    expect(gist()).toEqual(['fire RateLimitExhausted']);
  });

  test('a new receiver is notified of what fires', () => {
    const { probe, apply, pass, sent } = startEngine({ receivers: [] });
    probe(0, left(0));
    expect(sent).toEqual([]);
    apply({ receivers: [receiver('late')] });
    pass(1_000);
    expect(sent).toMatchObject([{ receiver: 'late', transition: 'fire' }]);
  });

  test('ends what is open at a machine that is about to be removed', () => {
    const target = {
      kind: 'pagerduty',
      routingKey: () => Promise.reject(new Error('Unused')),
      url: '',
    } as const;
    const { probe, engine, pass, sent } = startEngine({ receivers: [receiver('pager', { target })] });
    probe(0, left(0));
    engine.notifyRemoval([]);
    pass(1_000);
    expect(sent.at(-1)).toMatchObject({
      receiver: 'pager',
      transition: 'resolve',
      alerts: [{ resolution: 'removed' }],
    });
  });
});

describe('AlertEngine with silences', () => {
  const WISH = {
    kind: 'silence',
    subjectKey: 'source acme',
    rule: undefined,
    author: 'Ada',
    comment: '',
    durationMs: HOUR_MS,
  } as const;

  test('a silence holds messages back, is shown, ends by itself, and is recorded in events', () => {
    const { probe, engine, pass, gist } = startEngine();
    const heard: string[] = [];
    engine.subscribe(({ kind }) => heard.push(kind));
    const silence = engine.silence(WISH);
    probe(0, left(0));
    expect(gist()).toEqual([]);
    expect(engine.alerts()[0]?.silencedBy).toBe(silence.id);
    expect(engine.silences()).toEqual([silence]);
    for (let i = 0; i < 61; i += 1) probe(1, left(0));
    pass(10_000);
    expect(engine.silences()).toEqual([]);
    expect(gist()).toEqual(['fire RateLimitExhausted']);
    expect(heard).toEqual(['silenced', 'firing', 'unsilenced']);
  });

  test('an acknowledgement is sent to receivers of the alerts, stops reminders, and ends with its alerts', () => {
    const { probe, engine, pass, gist, sent } = startEngine({
      receivers: [receiver('slack', { repeatIntervalMs: 10 * MINUTE_MS })],
    });
    probe(0, left(0));
    engine.silence({ ...WISH, kind: 'acknowledgement' });
    for (let i = 0; i < 30; i += 1) probe(1, left(0));
    expect(gist()).toEqual(['fire RateLimitExhausted', 'acknowledge RateLimitExhausted']);
    expect(sent[1]?.silence?.author).toBe('Ada');
    probe(1, left(50));
    pass(30_000);
    expect(gist().at(-1)).toBe('resolve RateLimitExhausted');
    expect(engine.silences()).toEqual([]);
  });

  test('an acknowledgement holds nothing back from a receiver of the whole state, a silence does', () => {
    const { probe, engine, pass, presented } = startEngine();
    probe(0, left(0));
    engine.silence({ ...WISH, kind: 'acknowledgement' });
    pass(LOOKED_AGAIN_MS);
    expect(engine.alerts()[0]?.silencedBy).toBeDefined();
    expect(presented.at(-1)).toEqual(['RateLimitExhausted firing']);
    engine.silence(WISH);
    pass(LOOKED_AGAIN_MS);
    expect(presented.at(-1)).toEqual(['RateLimitExhausted firing silenced']);
  });

  test('ends one on demand, once', () => {
    const { engine } = startEngine();
    const { id } = engine.silence(WISH);
    expect(engine.unsilence(id)).toBe(true);
    expect(engine.unsilence(id)).toBe(false);
  });

  test('refuses to acknowledge nothing', () => {
    const { engine } = startEngine();
    expect(() => engine.silence({ ...WISH, kind: 'acknowledgement' })).toThrow(
      new RangeError('No alert to acknowledge: source acme'),
    );
  });
});

describe('AlertEngine with a store that fails', () => {
  test('goes on from memory, warns once, and writes all of it later', () => {
    const kept = createMemoryAlertStore();
    let isFull = true;
    const store: AlertStore = {
      ...kept,
      commit(changes) {
        if (isFull) throw new Error('The disk is full');
        kept.commit(changes);
      },
    };
    const warnings: string[] = [];
    const log: Log = { ...SILENT_LOG, warn: (message) => void warnings.push(message) };
    const { probe, engine, gist, pass } = startEngine({ store, log });
    const events: AlertEvent[] = [];
    engine.subscribe((event) => events.push(event));
    probe(0, left(0));
    probe(1, left(0));
    expect(gist()).toEqual(['fire RateLimitExhausted']);
    expect(warnings.filter((message) => message.includes('cannot be stored'))).toHaveLength(1);
    isFull = false;
    probe(1, left(60));
    pass(30_000);
    expect(gist()).toEqual(['fire RateLimitExhausted', 'resolve RateLimitExhausted']);
    expect(events.map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
    expect(engine.events(NOW, NOW + HOUR_MS, 10).map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
    expect(kept.load().filter(({ kind }) => kind !== 'baseline')).toEqual([]);
  });
});

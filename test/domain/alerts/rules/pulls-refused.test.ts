import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../../src/domain/alerts/alert.ts';
import type { AlertRecord } from '../../../../src/domain/alerts/lifecycle/advance-alert.ts';
import { DEFAULT_RULES } from '../../../../src/domain/alerts/rules/alert-rule.ts';
import { evaluateRule } from '../../../../src/domain/alerts/rules/evaluate-rule.ts';
import { alertWords } from '../../../../src/domain/alerts/wording/alert-text.ts';
import { plainText } from '../../../../src/domain/alerts/wording/words.ts';
import type { CredentialSnapshot } from '../../../../src/domain/credential-snapshot.ts';
import { parseSource } from '../../../../src/domain/rate-limit.ts';
import type { Outcome } from '../../../../src/domain/result.ts';
import type { WaitingPods } from '../../../../src/domain/spending/spending-service.ts';
import type { PodRefusals } from '../../../../src/domain/spending/watched-spending.ts';
import { FAILED, left, MINUTE_MS, NOW, type SnapshotFacts, snapshotWith } from '../snapshots.ts';

const ACCOUNT = parseSource('acmeci');
const UNLIMITED: Outcome = { kind: 'unlimited', source: ACCOUNT };
const PROD = { name: 'prod', isWatching: true };

function pods(changes: Partial<WaitingPods> = {}): WaitingPods {
  return {
    cluster: 'prod',
    namespace: 'shop',
    workload: 'Deployment/web',
    image: 'docker.io/acme/web:1',
    credential: 'ci',
    refusal: 'pull_limit',
    pods: 9,
    since: NOW - 4 * MINUTE_MS,
    ...changes,
  };
}

/** What is true for some minutes. */
interface Phase {
  readonly minutes?: number;
  readonly bucket?: SnapshotFacts;
  readonly others?: readonly SnapshotFacts[];
  /** Undefined: no clusters are configured. */
  readonly refusals?: PodRefusals | undefined;
  /** Whether RateLimitExhausted fires. */
  readonly isExhausted?: boolean;
}

const WORKS: SnapshotFacts = { known: left(60) };
/** The newest reading is too old. */
const UNKNOWN: SnapshotFacts = { known: left(60), knownAt: NOW - 10 * MINUTE_MS, latest: FAILED };
const WAIT: PodRefusals = { waiting: [pods()], clusters: [PROD] };
const RUN: PodRefusals = { waiting: [], clusters: [PROD] };
const LOST = { name: 'prod', isWatching: false };

/** Evaluates the rule each minute through all phases; returns the changes of its alerts, and the open ones. */
function run(...phases: readonly Phase[]) {
  const rule = DEFAULT_RULES.find(({ name }) => name === 'PullsRefused');
  if (!rule) throw new Error('The rule is missing');
  const records = new Map<string, AlertRecord>();
  const changes: Alert[] = [];
  let now = NOW;
  for (const { minutes = 16, bucket = WORKS, others = [], isExhausted = false, ...phase } of phases) {
    const refusals = 'refusals' in phase ? phase.refusals : WAIT;
    for (let minute = 0; minute < minutes; minute++, now += MINUTE_MS) {
      const at = { knownAt: now - 1_000, latestAt: now, now };
      const snapshots: CredentialSnapshot[] = [bucket, ...others].map((facts) =>
        snapshotWith({ ...at, ...facts }),
      );
      const memory = {
        record: (key: string) => records.get(key),
        baseline: () => undefined,
        open: () => [],
        isExhausted: () => isExhausted,
      };
      const spending = { budgets: [], caches: [], refusals: () => refusals };
      for (const { key, advance } of evaluateRule(
        rule,
        snapshots,
        memory,
        'http://h/',
        now,
        undefined,
        spending,
      )) {
        if (advance.record) records.set(key, advance.record);
        else records.delete(key);
        if (advance.change) changes.push(advance.change);
      }
    }
  }
  return { states: changes.map(({ state }) => state), changes, open: [...records.values()], now };
}

function textOf(alert: Alert | undefined, now: number, transition: 'fire' | 'repeat' = 'fire') {
  const { headline, facts, advice, fault } = alertWords(alert as Alert, transition, now);
  expect(fault).toBeUndefined();
  return [headline, facts, advice].map((words) => plainText(words ?? []));
}

describe('PullsRefused', () => {
  test('fires after 15 minutes, and is resolved once no pod has waited for 5', () => {
    const { changes, states } = run({ minutes: 40 }, { minutes: 6, refusals: RUN });
    expect(states).toEqual(['pending', 'firing', 'resolved']);
    expect(changes[1]).toMatchObject({
      severity: 'critical',
      firedAt: NOW + 15 * MINUTE_MS,
      subject: { kind: 'bucket', key: 'source 203.0.113.9' },
      credentials: ['ci'],
    });
    expect(changes[2]).toMatchObject({ resolution: 'recovered', resolvedAt: NOW + 45 * MINUTE_MS });
  });

  test.each<[string, Phase[], string[]]>([
    ['no clusters are configured', [{ refusals: undefined }], []],
    ['the pods run', [{ refusals: RUN }], []],
    ['pods wait for less than 15 minutes', [{ minutes: 15 }, { refusals: RUN }], ['pending']],
    [
      'only another registry refuses',
      [{ refusals: { ...WAIT, waiting: [pods({ refusal: 'other_registry', credential: '' })] } }],
      [],
    ],
    [
      'the pods draw on another bucket',
      [{ refusals: { ...WAIT, waiting: [pods({ credential: 'x' })] } }],
      [],
    ],
    ['the bucket is exhausted', [{ bucket: { known: left(0) } }], []],
    ['the bucket was exhausted, and the alert of that still fires', [{ isExhausted: true }], []],
    ['the bucket is nearly exhausted', [{ bucket: { known: left(9) } }], []],
    ['the remaining pulls are unknown', [{ bucket: UNKNOWN }], []],
    [
      'the credential is blocked',
      [{ bucket: { known: left(60), latest: { kind: 'blocked', reason: 'abuse', detail: '429' } as never } }],
      [],
    ],
    ['the only cluster cannot be read', [{ refusals: { ...WAIT, clusters: [LOST] } }], []],
    [
      'pods in back-off start within the 15 minutes after a refill',
      [{ bucket: { known: left(0) } }, { minutes: 14 }, { refusals: RUN }],
      ['pending'],
    ],
    [
      'the bucket is exhausted now and then',
      [{ minutes: 14 }, { minutes: 1, bucket: { known: left(0) } }, { minutes: 14 }],
      ['pending', 'pending'],
    ],
    [
      'the bucket becomes unknown before it fires',
      [{ minutes: 10 }, { minutes: 10, bucket: UNKNOWN }, { minutes: 10 }],
      ['pending', 'pending'],
    ],
  ])('does not fire if %s', (_, phases, states) => {
    expect(run(...phases).states).toEqual(states);
  });

  test.each<[string, Phase]>([
    ['no probe succeeds', { minutes: 60, bucket: UNKNOWN, refusals: RUN }],
    [
      'the connection to the cluster is lost',
      { minutes: 60, refusals: { waiting: [], clusters: [LOST, { name: 'stage', isWatching: true }] } },
    ],
    ['few pulls are left', { minutes: 60, bucket: { known: left(5) } }],
    ['no pod has been refused for less than 5 minutes', { minutes: 4, refusals: RUN }],
  ])('stays if %s', (_, phase) => {
    const { states, open } = run({}, phase);
    expect(states).toEqual(['pending', 'firing']);
    expect(open[0]?.alert).toMatchObject({ state: 'firing', facts: { refused: { pods: '9 pods wait' } } });
  });

  test('is resolved after a lost connection works again and the pods run', () => {
    const lost = { waiting: [], clusters: [LOST] };
    const { states } = run({}, { minutes: 60, refusals: lost }, { minutes: 6, refusals: RUN });
    expect(states).toEqual(['pending', 'firing', 'resolved']);
  });

  test('remembers a lost cluster while the pods of another one wait', () => {
    const stage = { name: 'stage', isWatching: true };
    const both = [pods(), pods({ cluster: 'stage', namespace: 'test' })];
    const { states, open } = run(
      { refusals: { waiting: both, clusters: [PROD, stage] } },
      { minutes: 5, refusals: { waiting: both.slice(1), clusters: [LOST, stage] } },
      { minutes: 60, refusals: { waiting: [], clusters: [LOST, stage] } },
    );
    expect(states).toEqual(['pending', 'firing']);
    expect(open[0]?.alert.facts.refused?.clusters).toEqual(['stage', 'prod']);
  });

  test('gives way to RateLimitExhausted, and says so', () => {
    const { changes, now } = run({}, { minutes: 1, bucket: { known: left(0) } });
    expect(changes[2]).toMatchObject({ state: 'resolved', resolution: 'overtaken' });
    expect(textOf(changes[2], now)[0]).toBe('Docker Hub pulls are now used up for 203.0.113.9, too');
  });
});

describe('the texts of PullsRefused', () => {
  test('name pods, workloads, the watched bucket, and another one without pulls', () => {
    const elsewhere = { name: 'nat-b', known: left(0, { source: parseSource('198.51.100.4') }) };
    const load = pods({ namespace: 'etl', workload: 'Job/load', pods: 3, since: NOW - MINUTE_MS });
    const waiting = [pods(), load, pods({ refusal: 'other_registry', credential: '', pods: 40 })];
    const { changes, now } = run({ others: [elsewhere], refusals: { waiting, clusters: [PROD] } });
    expect(changes.map(({ subject }) => subject.key)).toEqual(['source 203.0.113.9', 'source 203.0.113.9']);
    expect(textOf(changes[1], now)).toEqual([
      'Docker Hub refuses pods, despite pulls left for 203.0.113.9',
      '12 pods wait in prod since 23:56 UTC: shop/web x9, etl/load x3. Headroom pulls by 203.0.113.9, which has 60 of 100 pulls left. So the nodes leave by another address than Headroom. They may draw on 198.51.100.4, where no pulls are left.',
      expect.stringMatching(/^On a node that waits, request the limit/),
    ]);
    expect(textOf(changes[1], now, 'repeat')[0]).toBe(
      'Docker Hub still refuses pods, despite pulls left for 203.0.113.9',
    );
  });

  test('name both clusters that draw on one bucket', () => {
    const waiting = [pods(), pods({ cluster: 'stage', credential: 'web', pods: 1 })];
    const clusters = [PROD, { name: 'stage', isWatching: true }];
    const { changes, now } = run({
      others: [{ name: 'web', known: left(60) }],
      refusals: { waiting, clusters },
    });
    expect(changes.filter(({ state }) => state === 'firing')).toHaveLength(1);
    expect(changes[1]?.credentials).toEqual(['ci', 'web']);
    expect(textOf(changes[1], now)[1]).toMatch(
      /^10 pods wait in prod and stage since 23:56 UTC: shop\/web x10\. .* Headroom does not know which\.$/,
    );
  });

  test.each<[string, Outcome, WaitingPods['refusal'], RegExp]>([
    [
      'an account',
      left(60, { source: ACCOUNT }),
      'pull_limit',
      /which has 60 of 100 pulls left\. So the nodes pull without this account, or with another one\./,
    ],
    [
      'an account without a limit',
      UNLIMITED,
      'pull_limit',
      /which has no pull limit\. So the nodes pull without/,
    ],
    ['requests of any kind', left(60, { source: ACCOUNT }), 'abuse', /So the nodes leave by another address/],
    ['failed logins', left(60), 'login', /Docker Hub rejects the logins of the nodes.* another address\.$/],
  ])('state the cause for %s', (_, known, refusal, expected) => {
    const refusals = { waiting: [pods({ refusal })], clusters: [PROD] };
    const { changes, now } = run({ bucket: { known, hasLogin: true }, refusals });
    expect(textOf(changes[1], now)[1]).toMatch(expected);
  });
});

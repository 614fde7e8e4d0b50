import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../../../../src/domain/alerts/lifecycle/advance-alert.ts';
import type { AlertRule } from '../../../../src/domain/alerts/rules/alert-rule.ts';
import type { Baseline } from '../../../../src/domain/alerts/rules/changed.ts';
import { evaluateRule, type StoredAlerts } from '../../../../src/domain/alerts/rules/evaluate-rule.ts';
import type { CredentialSnapshot } from '../../../../src/domain/credential-snapshot.ts';
import { parseSource } from '../../../../src/domain/rate-limit.ts';
import type { Outcome } from '../../../../src/domain/result.ts';
import { ruleOf } from '../rule-of.ts';
import { FAILED, left, MINUTE_MS, NOW, snapshotWith } from '../snapshots.ts';

const ABUSE: Outcome = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };
const ADDRESS_LOW = ruleOf({
  name: 'RateLimitLow',
  condition: { when: 'low', below: { unit: 'share', share: 0.2 }, clearAt: { unit: 'share', share: 0.25 } },
});
const UNREACHABLE = ruleOf({ name: 'DockerHubUnreachable', condition: { when: 'unreachable' } });
const BLOCKED = ruleOf({ name: 'DockerHubBlocked', condition: { when: 'blocked' } });
const CHANGED = ruleOf({ name: 'RateLimitChanged', condition: { when: 'changed' } });

interface Remembered {
  readonly records?: ReadonlyMap<string, AlertRecord>;
  readonly baseline?: Baseline;
  readonly isExhausted?: boolean;
}

function memoryOf({ records = new Map(), baseline, isExhausted = false }: Remembered = {}): StoredAlerts {
  return {
    record: (key) => records.get(key),
    baseline: () => baseline,
    open: () => [...records.values()].map(({ alert }) => alert),
    isExhausted: () => isExhausted,
  };
}

function evaluate(rule: AlertRule, snapshots: readonly CredentialSnapshot[], remembered: Remembered = {}) {
  return evaluateRule(rule, snapshots, memoryOf(remembered), 'https://headroom.example.com/', NOW);
}

/** Keys of what fires, with whom it names. */
function fired(outcomes: ReturnType<typeof evaluate>): string[] {
  return outcomes.flatMap(({ key, advance }) => {
    const alert = advance.record?.alert;
    return alert?.state === 'firing' ? `${key}: ${alert.credentials.join(' ')}` : [];
  });
}

describe('evaluateRule()', () => {
  test('answers for all it sees, so that nothing of it counts as lost', () => {
    const full = snapshotWith({ name: 'ci', known: left(90, { source: parseSource('acme') }) });
    const outcomes = evaluate(ruleOf(), [snapshotWith({ name: 'web', known: left(0) }), full]);
    expect(outcomes.map(({ key }) => key)).toEqual([
      'RateLimitExhausted exhausted source 203.0.113.9',
      'RateLimitExhausted exhausted source acme',
    ]);
    expect(fired(outcomes)).toEqual(['RateLimitExhausted exhausted source 203.0.113.9: web']);
  });

  test('calls an alert by rule, severity, source and the labels of the rule', () => {
    const rule = ruleOf({ labels: { team: 'release', severity: 'mine' } });
    const [outcome] = evaluate(rule, [snapshotWith({ known: left(0) })]);
    expect(outcome?.advance.change).toMatchObject({
      labels: {
        alertname: 'RateLimitExhausted',
        severity: 'critical',
        source: '203.0.113.9',
        source_kind: 'ipv4',
        team: 'release',
      },
      runbookUrl: 'https://headroom.example.com/runbooks/RateLimitExhausted',
    });
  });

  test('does not begin to call a bucket low that is known to be exhausted', () => {
    const snapshots = [snapshotWith({ known: left(3) })];
    expect(fired(evaluate(ADDRESS_LOW, snapshots))).toHaveLength(1);
    expect(fired(evaluate(ADDRESS_LOW, snapshots, { isExhausted: true }))).toEqual([]);
  });

  test('gives the limit to remember, with which the next reading is compared', () => {
    const [outcome] = evaluate(CHANGED, [snapshotWith({ known: left(5) })]);
    expect(outcome).toMatchObject({
      baseline: { limit: 100, windowSeconds: 3_600 },
      advance: { change: undefined },
    });
  });

  test('names of a blocked address only blocked credentials, and keeps those named before', () => {
    const hit = snapshotWith({ name: 'hit', known: left(5), latest: ABUSE });
    const idle = snapshotWith({ name: 'idle', known: left(5) });
    const first = evaluate(BLOCKED, [hit, idle]);
    expect(fired(first)).toEqual(['DockerHubBlocked blocked source 203.0.113.9: hit']);
    const records = new Map(
      first.flatMap(({ key, advance }) => (advance.record ? [[key, advance.record]] : [])),
    );
    const turned = [
      snapshotWith({ name: 'hit', known: left(5) }),
      snapshotWith({ name: 'idle', known: left(5), latest: ABUSE }),
    ];
    expect(fired(evaluate(BLOCKED, turned, { records }))).toEqual([
      'DockerHubBlocked blocked source 203.0.113.9: hit idle',
    ]);
  });

  test('fires one alert for the hub if all probes fail, and one for a credential if only its probes fail', () => {
    const lost = (name: string) => snapshotWith({ name, known: left(5), latest: FAILED });
    const works = snapshotWith({ name: 'works', known: left(5), knownAt: NOW - MINUTE_MS });
    expect(fired(evaluate(UNREACHABLE, [lost('ci'), lost('web')]))).toEqual([
      'DockerHubUnreachable unreachable hub: ci web',
    ]);
    expect(fired(evaluate(UNREACHABLE, [lost('ci'), works]))).toEqual([
      'DockerHubUnreachable unreachable credential ci: ci',
    ]);
  });
});

import { expect, test } from 'vitest';
import { createAlertingState } from '../../src/alerts/alerting-state.ts';
import { createEvaluator } from '../../src/alerts/evaluator.ts';
import { DEFAULT_RULES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { type CredentialSnapshot, takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { advance, initialState } from '../../src/domain/credential-state.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { type Containment, createContainment } from '../../src/kit/contain.ts';

const NOW = Date.UTC(2026, 10, 29, 12);

/** A credential whose newest reading is of a source, with some pulls of 100 left. */
function snapshotOf(name: string, source: string, remaining: number): CredentialSnapshot {
  const state = initialState({ name, hasLogin: false, fingerprint: name });
  const rateLimit = { limit: 100, remaining, windowSeconds: 3_600 };
  const reading = { kind: 'metered', rateLimit, source: parseSource(source) } as const;
  const observation = { credential: name, at: NOW, durationMs: 100, intervalMs: 60_000, reading };
  return takeSnapshot(advance(initialState(state.identity), observation, undefined), NOW);
}

/** An evaluator that notes the buckets for which it evaluates whether they are exhausted. */
function createRecordingEvaluator() {
  const buckets: string[] = [];
  const contain = createContainment(() => undefined);
  const one: Containment['one'] = (surface, key, run, fallback) => {
    buckets.push(key);
    return contain.one(surface, key, run, fallback);
  };
  const evaluator = createEvaluator({
    state: createAlertingState(),
    pageUrl: () => 'http://localhost/',
    onChange: () => undefined,
    contain: { ...contain, one },
  });
  evaluator.apply(
    DEFAULT_RULES.filter(({ condition }) => condition.when === 'exhausted'),
    NOW,
  );
  return (...snapshots: CredentialSnapshot[]) => {
    evaluator.evaluateAll(snapshots, NOW);
    return buckets.splice(0).map((key) => /192\.0\.2\.\d/.exec(key)?.[0]);
  };
}

test('evaluateAll() evaluates a bucket again if one of its credentials has changed', () => {
  const evaluate = createRecordingEvaluator();
  const [a, b, other] = [
    snapshotOf('a', '192.0.2.1', 50),
    snapshotOf('b', '192.0.2.1', 50),
    snapshotOf('c', '192.0.2.2', 50),
  ];
  expect(evaluate(a, b, other)).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(evaluate(a, b, other)).toEqual([]);
  expect(evaluate(a, snapshotOf('b', '192.0.2.1', 49), other)).toEqual(['192.0.2.1']);
});

test('evaluateAll() evaluates the bucket that a credential has left', () => {
  const evaluate = createRecordingEvaluator();
  const [a, b] = [snapshotOf('a', '192.0.2.1', 50), snapshotOf('b', '192.0.2.1', 40)];
  evaluate(a, b);
  expect(evaluate(a, snapshotOf('b', '192.0.2.3', 90))).toEqual(['192.0.2.1', '192.0.2.3']);
});

test('evaluateAll() evaluates a bucket with an alert each time', () => {
  const evaluate = createRecordingEvaluator();
  const [empty, other] = [snapshotOf('a', '192.0.2.1', 0), snapshotOf('c', '192.0.2.2', 50)];
  evaluate(empty, other);
  expect(evaluate(empty, other)).toEqual(['192.0.2.1']);
});

import { describe, expect, test } from 'vitest';
import type { PullAttempt } from '../../../src/domain/spending/pull-attempt.ts';
import { createWaitingPods } from '../../../src/domain/spending/waiting-pods.ts';

const NOW = Date.UTC(2026, 10, 29, 9);
const MINUTE_MS = 60_000;

/** Returns a refused attempt of the container `app` of the pod `p1`. */
function refused(changes: Partial<PullAttempt> = {}): PullAttempt {
  return {
    key: 'prod/p1/e1/1',
    cluster: 'prod',
    namespace: 'shop',
    pod: 'web-1',
    workload: 'Deployment/web',
    container: 'app',
    node: 'n1',
    image: 'docker.io/library/nginx:1',
    credential: 'ci',
    labels: {},
    startedAt: NOW,
    endedAt: NOW,
    outcome: 'refused',
    refusal: 'pull_limit',
    attempts: 1,
    pulls: { low: 0, high: 0 },
    imageBytes: undefined,
    ...changes,
  };
}

describe('createWaitingPods()', () => {
  test('lists a pod for 10 minutes after its last event', () => {
    const waiting = createWaitingPods();
    waiting.record([refused()]);
    expect(waiting.list(NOW + 10 * MINUTE_MS)).toHaveLength(1);
    expect(waiting.list(NOW + 11 * MINUTE_MS)).toEqual([]);
  });

  test('lists a pod as long as its back-off is seen, since its first refusal', () => {
    const waiting = createWaitingPods();
    waiting.record([refused()]);
    for (let minute = 5; minute <= 60; minute += 5) waiting.renew('p1', 'app', NOW + minute * MINUTE_MS);
    expect(waiting.list(NOW + 69 * MINUTE_MS)).toMatchObject([{ pods: 1, since: NOW }]);
    waiting.record([refused({ outcome: 'pulled', refusal: undefined, startedAt: NOW + 69 * MINUTE_MS })]);
    expect(waiting.list(NOW + 69 * MINUTE_MS)).toEqual([]);
  });

  test('does not list a container that was not refused, or another one of the pod', () => {
    const waiting = createWaitingPods();
    waiting.renew('p2', 'app', NOW);
    waiting.record([refused()]);
    waiting.renew('p1', 'sidecar', NOW + 9 * MINUTE_MS);
    waiting.renew('p1', 'app', NOW - MINUTE_MS);
    expect(waiting.list(NOW)).toMatchObject([{ pods: 1 }]);
    expect(waiting.list(NOW + 11 * MINUTE_MS)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../src/domain/pull-cost/plan.ts';
import type { PlanBucket } from '../../../src/domain/pull-cost/plan-bucket.ts';
import { adviceWords, answerPlan } from '../../../src/domain/pull-cost/plan-words.ts';
import { bucket, NOW } from './buckets.ts';
import { costOptions, pods, workload } from './workloads.ts';

const APART = { kind: 'apart' } as const;

/** A Deployment of so many pods, each on a node of its own, which pull an official image: two pulls each. */
function rollout(
  count: number,
  buckets: readonly PlanBucket[],
  options = {},
  image: object = { text: 'redis:8' },
) {
  const workloads = [workload([image], { copies: pods(count, { spread: APART }) })];
  return makePlan({ workloads, problems: [] }, costOptions({ nodes: 50, ...options }), buckets, NOW);
}

const LOGIN: PlanBucket = bucket({
  credential: 'ci',
  hasLogin: true,
  source: 'acmeci',
  remaining: 180,
  limit: 200,
});

describe('answerPlan()', () => {
  test.each<{ plan: ReturnType<typeof rollout>; answer: string }>([
    {
      plan: rollout(10, [bucket()]),
      answer: 'Fits: 20 pulls, and 84 of 100 are left (anonymous, 203.0.113.7)',
    },
    {
      plan: rollout(45, [bucket()]),
      answer: 'Fits after 13:00 UTC, not now: 90 pulls, and 84 of 100 are left (anonymous, 203.0.113.7)',
    },
    {
      plan: rollout(45, [bucket()], {}, { text: 'acme/app:1' }),
      answer:
        'May not fit now; fits after 13:00 UTC: 45 to 90 pulls, and 84 of 100 are left (anonymous, 203.0.113.7)',
    },
    {
      plan: rollout(45, [bucket({ refill: { earliest: NOW, latest: NOW + 25 * 3_600_000 + 1 } })]),
      answer:
        'Fits after 2026-11-24 13:01 UTC, not now: 90 pulls, and 84 of 100 are left (anonymous, 203.0.113.7)',
    },
    {
      plan: rollout(50, [bucket({ limit: 90, windowSeconds: 21_600, source: undefined })]),
      answer:
        'Does not fit: 100 pulls, and 84 of 90 are left (anonymous); there are never more than 90 in 6 hours',
    },
    {
      plan: rollout(45, [bucket({ ratePerHour: 20 })]),
      answer:
        'Does not fit: 90 pulls, and 84 of 100 are left (anonymous, 203.0.113.7); others are likely to leave 80 of 100 an hour',
    },
    {
      plan: rollout(1, [{ ...LOGIN, kind: 'unmetered' }]),
      answer: 'Fits: 2 pulls, none of which is metered (ci, acmeci)',
    },
    { plan: rollout(1, []), answer: 'Costs 2 pulls: not compared with what is left' },
    { plan: rollout(0, [bucket()]), answer: 'Fits: nothing is pulled from Docker Hub' },
  ])('says "$answer"', ({ plan, answer }) => {
    const { headline, reason } = answerPlan(plan, NOW);
    expect(`${headline}: ${reason}`).toBe(answer);
  });
});

describe('makePlan() advises', () => {
  const adviceOf = (plan: ReturnType<typeof rollout>) =>
    (plan.judgement?.advice ?? []).map((advice) => adviceWords(advice, 'a.yml').text);

  test('nothing when it fits', () => {
    expect(adviceOf(rollout(10, [bucket()]))).toEqual([]);
  });

  test('another credential, by name, when that one has enough', () => {
    expect(adviceOf(rollout(48, [bucket(), LOGIN]))[0]).toBe('Sign in as ci: it has 180 pulls left');
    expect(adviceOf(rollout(48, [bucket(), { ...LOGIN, remaining: 5 }]))[0]).not.toMatch(/^Sign in as/);
  });

  test('to sign in at all, and whether a Personal account is enough', () => {
    expect(adviceOf(rollout(48, [bucket()]))[0]).toMatch(/^Sign in: a Personal account has 200/);
    expect(adviceOf(rollout(48, [bucket()], { clusters: 9 }))[0]).toMatch(/^Sign in with a paid account/);
  });

  test('a cache and other registries, each with what is left for Docker Hub', () => {
    expect(adviceOf(rollout(48, [bucket()]))).toEqual(
      expect.arrayContaining([
        'Pull through a cache, which pulls each image once for all machines: 2 pulls',
        'Pull the image from mirror.gcr.io: 0 pulls of Docker Hub remain; it holds popular images only, so check that each is there',
        'Pull the image from public.ecr.aws: 0 pulls of Docker Hub remain; without a login it refuses more than about 1 pull a second from an address, and 500 GB a month, and this plan may start 48 at once',
      ]),
    );
    const own = adviceOf(rollout(60, [bucket()], {}, { text: 'acme/app:1' }));
    expect(own.some((text) => text.includes('public.ecr.aws'))).toBe(false);
  });

  test('pauses between clusters that fit one by one', () => {
    expect(adviceOf(rollout(15, [bucket()], { clusters: 4 }))).toContain(
      'Start 2 clusters now, then 3 clusters every hour: done after 1 such pause',
    );
    expect(adviceOf(rollout(15, [bucket({ remaining: 10 })], { clusters: 4 }))).toContain(
      'Wait, then 3 clusters every hour: done after 2 such pauses',
    );
  });

  test('to pull ahead, node by node, unless the runtime requests again anyway', () => {
    const ahead = /^Pull ahead on 50 nodes every hour \(2 times\)/;
    expect(adviceOf(rollout(50, [bucket()], { clusters: 2 })).some((text) => ahead.test(text))).toBe(true);
    const many = workload([{ text: 'redis:8', policy: 'always' }], { copies: pods(90) });
    const plan = makePlan(
      { workloads: [many], problems: [] },
      costOptions({ nodes: 3, runtime: 'crio' }),
      [bucket()],
      NOW,
    );
    expect(adviceOf(plan)).toContain(
      'Set imagePullPolicy: IfNotPresent, so that nodes do not request present images again: 2 to 6 pulls',
    );
    expect(adviceOf(plan).some((text) => text.startsWith('Pull ahead'))).toBe(false);
  });
});

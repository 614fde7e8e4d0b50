import { describe, expect, test } from 'vitest';
import type { SpentHour } from '../../src/domain/forecast/weekly-profile.ts';
import { type Bucket, createBuckets } from '../../src/history/buckets.ts';
import { createWeeklyProfileBuilder } from '../../src/history/weekly-profiles.ts';
import { anonymous, START_AT } from './fixtures.ts';

const HOUR_MS = 3_600_000;
const WEEK = 168;
const SOURCE = '192.0.2.1';

/** A week of hours that end now, each with as many pulls, observed for so long. */
function week(spent: number, observedSeconds = 3_600, hours = WEEK): SpentHour[] {
  return Array.from({ length: hours }, (_, i) => ({
    at: START_AT - (i + 1) * HOUR_MS,
    spent,
    observedSeconds,
  }));
}

/** A learner over credentials, each with its past, that share one bucket. */
function createLesson(pasts: Readonly<Record<string, readonly SpentHour[]>>) {
  const bucket = createBuckets().findOrCreate('a', SOURCE, START_AT);
  const asked: [string, string | undefined, number][] = [];
  const learner = createWeeklyProfileBuilder({
    past: {
      refreshEveryMs: HOUR_MS,
      hourlySpending({ name }, source, from) {
        asked.push([name, source, from]);
        return pasts[name] ?? [];
      },
    },
    membersOf: () => Object.keys(pasts).map((name) => anonymous(name)),
  });
  /** How many steps it took, and the buckets that they named. */
  function learn(now = START_AT) {
    const learned: (Bucket | undefined)[] = [];
    learner.request(bucket, now);
    while (learner.hasWork()) learned.push(learner.step(now) as Bucket | undefined);
    return learned;
  }
  return { bucket, learner, asked, learn };
}

describe('createWeeklyProfileBuilder()', () => {
  test('reads one credential a step, and names the bucket with the last one', () => {
    const { bucket, asked, learn } = createLesson({ a: week(10), b: week(10) });
    expect(learn()).toEqual([undefined, bucket]);
    const from = START_AT - 8 * WEEK * HOUR_MS;
    expect(asked).toEqual([
      ['b', SOURCE, from],
      ['a', SOURCE, from],
    ]);
  });

  test('uses each hour from the credential that looked longest', () => {
    const { bucket, learn } = createLesson({ a: week(4, 1_200), b: week(10), c: week(8, 3_000) });
    learn();
    expect(bucket.profile?.observedHours).toBeCloseTo(WEEK);
    expect(bucket.profile?.pullsPerHour[0]).toBeCloseTo(10);
  });

  test('joins hours that only some of them saw', () => {
    const { bucket, learn } = createLesson({ a: week(10).slice(0, 100), b: week(10).slice(100) });
    learn();
    expect(bucket.profile?.observedHours).toBe(WEEK);
  });

  test('does not speak of a week after less than one', () => {
    const { bucket, learn } = createLesson({ a: week(10, 3_600, WEEK - 1) });
    expect(learn()).toEqual([undefined]);
    expect(bucket.profile).toBeUndefined();
  });

  // Milliseconds since the first query; how often the past is read then.
  test.each([
    [HOUR_MS - 1, 0, 'within the hour'],
    [HOUR_MS, 1, 'an hour later'],
    [-HOUR_MS, 1, 'after the clock was set back'],
  ])('after %i ms reads the past again %i times: %s', (laterMs, times) => {
    const { asked, learn } = createLesson({ a: week(10) });
    learn();
    asked.length = 0;
    expect(learn(START_AT + laterMs).filter(Boolean)).toEqual([]);
    expect(asked).toHaveLength(times);
  });

  test('keeps what it had, and goes on, when the past cannot be read', () => {
    const bucket = createBuckets().findOrCreate('a', SOURCE, START_AT);
    let reads = 0;
    const learner = createWeeklyProfileBuilder({
      past: {
        refreshEveryMs: HOUR_MS,
        hourlySpending() {
          reads += 1;
          if (reads === 2) throw new Error('The disk is gone');
          return week(10);
        },
      },
      membersOf: () => [anonymous('a')],
    });
    learner.request(bucket, START_AT);
    learner.step(START_AT);
    const { profile } = bucket;
    learner.request(bucket, START_AT + HOUR_MS);
    expect(() => learner.step(START_AT + HOUR_MS)).toThrow('The disk is gone');
    expect(learner.hasWork()).toBe(false);
    expect(profile).toBeDefined();
    expect(bucket.profile).toBe(profile);

    const laterMs = HOUR_MS + 10 * 60_000;
    learner.request(bucket, START_AT + laterMs - 1);
    expect(learner.hasWork()).toBe(false);
    learner.request(bucket, START_AT + laterMs);
    expect(learner.hasWork()).toBe(true);
  });

  test('waits for a past that answers late, one credential after the other', async () => {
    const bucket = createBuckets().findOrCreate('a', SOURCE, START_AT);
    const learner = createWeeklyProfileBuilder({
      past: { refreshEveryMs: HOUR_MS, hourlySpending: async () => week(10) },
      membersOf: () => [anonymous('a'), anonymous('b')],
    });
    learner.request(bucket, START_AT);
    const first = learner.step(START_AT);
    expect(learner.hasWork()).toBe(false);
    await expect(first).resolves.toBeUndefined();
    await expect(learner.step(START_AT)).resolves.toBe(bucket);
    expect(bucket.profile?.pullsPerHour[0]).toBeCloseTo(10);
  });

  test('reads at most ten credentials of one bucket', () => {
    const names = Array.from({ length: 12 }, (_, i) => [`c${i}`, week(10)] as const);
    const { asked, learn } = createLesson(Object.fromEntries(names));
    learn();
    expect(asked).toHaveLength(10);
  });
});

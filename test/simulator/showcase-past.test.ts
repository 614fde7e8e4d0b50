import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/domain/result.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import { SHOWCASE_PAST_MS, showcasePast } from '../../src/simulator/showcase-past.ts';

const NOW = Date.UTC(2026, 10, 23, 21);
const { observations: PAST, pulls: PULLS } = showcasePast(NOW, seededRandom(1));

function last(name: string): Observation | undefined {
  return PAST.findLast(({ credential }) => credential === name);
}

describe('showcasePast()', () => {
  test('reaches back a week, in the order of time, and never into the future', () => {
    expect(PAST.map(({ at }) => at)).toEqual(PAST.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(PAST[0]?.at).toBeLessThan(NOW - SHOWCASE_PAST_MS + 600_000);
    expect(PAST.at(-1)?.at).toBeLessThan(NOW);
  });

  test('never has less than nothing left, nor more than the limit', () => {
    for (const { reading } of PAST) {
      if (reading.kind !== 'metered') continue;
      expect(reading.rateLimit.remaining).toBeGreaterThanOrEqual(0);
      expect(reading.rateLimit.remaining).toBeLessThanOrEqual(reading.rateLimit.limit);
    }
  });

  // what the newest observation of a credential is: what the showcase goes on with
  test.each([
    ['edge-site', { kind: 'failed', reason: 'reset' }],
    ['image-scanner', { kind: 'blocked', reason: 'abuse' }],
  ])('leads %s to where the showcase begins', (name, reading) => {
    expect(last(name)?.reading).toMatchObject(reading);
  });

  test('has spent what is exhausted when the showcase begins', () => {
    const reading = last('batch-jobs')?.reading;
    expect(reading?.kind === 'metered' && reading.rateLimit.remaining).toBeLessThan(20);
  });

  test('states the pulls that a history of its observations shows', () => {
    const readings = PAST.flatMap(({ credential, reading }) =>
      credential === 'batch-jobs' && reading.kind === 'metered' ? reading.rateLimit.remaining : [],
    );
    const fallen = readings.reduce((sum, left, i) => sum + Math.max(0, (readings[i - 1] ?? 200) - left), 0);
    const pulls = PULLS.filter(({ credential }) => credential === 'batch-jobs');

    expect(pulls.length).toBe(readings.length);
    expect(pulls.reduce((sum, one) => sum + one.pulls, 0)).toBeGreaterThanOrEqual(fallen);
  });

  test('credentials of one address see the same', () => {
    const readings = ['cluster-a', 'cluster-b', 'cluster-c'].map((name) => last(name)?.reading);
    expect(readings[0]).toBeDefined();
    expect([readings[1], readings[2]]).toEqual([readings[0], readings[0]]);
  });
});

import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/domain/result.ts';
import { seededRandom } from '../../src/kit/seeded-random.ts';
import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { SHOWCASE_PAST_MS, showcasePast } from '../../src/simulator/showcase-past.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { testClock } from './fakes.ts';

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

  test.each([
    ['batch-jobs', { account: 'acmebatch' }],
    ['nightly-builds', { account: 'acmenightly' }],
    ['cluster-a', { source: '127.0.0.1' }],
  ])('leads %s to where its traffic begins, so that no pulls appear or disappear at once', (name, owner) => {
    const { control } = createSimulator({
      port: 0,
      profile: '2026',
      clock: testClock(new Date(NOW).toISOString()),
      log: SILENT_LOG,
    });
    prepareShowcase(control);
    for (let seed = 1; seed <= 20; seed += 1) {
      const { observations } = showcasePast(NOW, seededRandom(seed));
      const reading = observations.findLast(({ credential }) => credential === name)?.reading;
      const end = reading?.kind === 'metered' ? reading.rateLimit.remaining : Number.NaN;
      expect(end).toBe(control.remaining(owner));
    }
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

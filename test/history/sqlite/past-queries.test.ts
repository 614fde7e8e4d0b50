import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../src/domain/reading.ts';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { ANONYMOUS, createFixture, HOUR_MS, left } from './sqlite-fixture.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };
const [HERE, THERE] = ['192.0.2.1', '192.0.2.2'];

/** An hour in which ten pulls are spent. */
function hourAt(source: string): Reading[] {
  return Array.from({ length: 60 }, (_, minute) => left(100 - Math.floor(minute / 6), { source }));
}

/** A history of these minutes, rolled up; returns the hours of the bucket of a source. */
function spendingOf(readings: readonly Reading[], source: string | undefined, from = START_AT) {
  const fixture = createFixture();
  fixture.recordMinutes(readings);
  fixture.pass(HOUR_MS);
  fixture.tick(20);
  return fixture
    .history()
    .hourlySpending(ANONYMOUS, source, from)
    .map(({ at, spent }) => [(at - START_AT) / HOUR_MS, spent]);
}

describe('hourlySpending()', () => {
  const moved = [...hourAt(HERE), ...hourAt(THERE)];
  const visited = [...hourAt(HERE).slice(0, 20), ...hourAt(THERE).slice(20, 40), ...hourAt(HERE).slice(40)];
  const sourceless: Reading = {
    kind: 'metered',
    rateLimit: { limit: 100, remaining: 90, windowSeconds: 3_600 },
    source: undefined,
  };

  // The minutes; the requested source; the expected hours (which one, pulls spent) and why.
  test.each<[readonly Reading[], string | undefined, number[][], string]>([
    [hourAt(HERE), HERE, [[0, 9]], 'an hour at one source'],
    [hourAt(HERE), THERE, [], 'an hour at another source'],
    [hourAt(HERE), undefined, [], 'without a source is another bucket'],
    [moved, HERE, [[0, 9]], 'before it moved'],
    [moved, THERE, [[1, 9]], 'after it moved'],
    [visited, HERE, [], 'an hour at two sources says nothing of either'],
    [[sourceless, ...new Array<Reading>(59).fill(sourceless)], undefined, [[0, 0]], 'a hub without sources'],
    [new Array<Reading>(60).fill(FAILED), undefined, [], 'no probe possible'],
  ])('%#: %4$s', (readings, source, expected) => {
    expect(spendingOf(readings, source)).toEqual(expected);
  });

  test('reports only the hours since then', () => {
    const hours = [...hourAt(HERE), ...hourAt(HERE)];
    expect(spendingOf(hours, HERE, START_AT + HOUR_MS).map(([hour]) => hour)).toEqual([1]);
    expect(spendingOf(hours, HERE, START_AT + MINUTE_MS).map(([hour]) => hour)).toEqual([1]);
  });

  test('has no value for a credential that was never probed', () => {
    expect(createFixture().history().hourlySpending(ANONYMOUS, undefined, 0)).toEqual([]);
  });
});

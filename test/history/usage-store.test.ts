import { describe, expect, test } from 'vitest';
import type { UsageRow } from '../../src/domain/spending/usage-row.ts';
import type { UsageStore } from '../../src/domain/spending/usage-store.ts';
import { usageRow } from '../domain/spending/usage-rows.ts';
import { START_AT } from './fixtures.ts';
import { createFixture, DAY_MS } from './sqlite/sqlite-fixture.ts';

const HOUR_MS = 3_600_000;
const AT = Math.floor(START_AT / HOUR_MS) * HOUR_MS;

/** Returns a row; rows with different tags are different rows of one spender. */
function row(tag: string, pulls: number, values: Partial<UsageRow> = {}): UsageRow {
  return usageRow({ at: AT, detail: tag, pulls, ...values });
}

async function pullsOf(store: UsageStore) {
  const hours = await store.hours();
  const sums = await Promise.all(hours.map((at) => store.sums(at)));
  return sums.flatMap((ofHour, i) => ofHour.map(({ user, pulls }) => [(hours[i] ?? 0) - AT, user, pulls]));
}

describe('the usage store', () => {
  test('sums the rows of an hour and a spender', async () => {
    const store = createFixture().history().usage;
    expect(
      store.add([row('a', 3), row('b', 4), row('a', 5, { at: AT + HOUR_MS }), row('a', 1, { user: 'rosa' })]),
    ).toBe(true);
    expect(await pullsOf(store)).toEqual([
      [0, 'acmeci', 7],
      [0, 'rosa', 1],
      [HOUR_MS, 'acmeci', 5],
    ]);
    expect(await store.hours()).toEqual([AT, AT + HOUR_MS]);
  });

  test('adds a row that comes again only once, and keeps its larger count', async () => {
    const store = createFixture().history().usage;
    for (const pulls of [3, 3, 5, 4]) store.add([row('a', pulls)]);
    store.add([row('a', 5), row('b', 1), row('b', 1)]);
    expect(await pullsOf(store)).toEqual([[0, 'acmeci', 6]]);
  });

  test('a row that comes again with a masked address replaces the address', async () => {
    const store = createFixture().history().usage;
    store.add([row('a', 3, { addresses: ['192.0.2.1', '2001:db8::1'] })]);
    store.add([row('a', 3, { addresses: ['192.0.2.0/24'] })]);
    expect(await store.sums(AT)).toEqual([
      { user: 'acmeci', repository: 'library/nginx', token: '', addresses: ['192.0.2.0/24'], pulls: 3 },
    ]);
  });

  test('survives a restart', async () => {
    const fixture = createFixture();
    fixture.history().usage.add([row('a', 3)]);
    fixture.restart();
    const { usage } = fixture.history();
    usage.add([row('a', 3), row('b', 2)]);
    expect(await pullsOf(usage)).toEqual([[0, 'acmeci', 5]]);
  });

  test('sums the days of a range by spender, without what retention has removed', async () => {
    const fixture = createFixture({ retentionMs: 10 * DAY_MS });
    const { usage } = fixture.history();
    const start = Math.floor(AT / DAY_MS) * DAY_MS;
    usage.add([
      row('a', 3, { at: start }),
      row('b', 4, { at: start + 23 * HOUR_MS }),
      row('a', 5, { at: start + DAY_MS }),
      row('a', 1, { at: start + DAY_MS, user: 'rosa' }),
    ]);
    const daysOf = async (from: number, to: number) =>
      (await usage.days({ from, to })).map(({ at, user, pulls }) => [(at - start) / DAY_MS, user, pulls]);

    expect(await daysOf(0, start + 2 * DAY_MS)).toEqual([
      [0, 'acmeci', 7],
      [1, 'acmeci', 5],
      [1, 'rosa', 1],
    ]);
    expect(await daysOf(start + HOUR_MS, start + DAY_MS)).toEqual([[0, 'acmeci', 4]]);
    fixture.pass(10 * DAY_MS + 30 * HOUR_MS);
    fixture.tick(10);
    expect(await daysOf(0, start + DAY_MS)).toEqual([]);
  });

  test('keeps sums of rows that are older than the retention, without addresses, and takes none again', async () => {
    const fixture = createFixture({ retentionMs: 10 * DAY_MS });
    const { usage } = fixture.history();
    usage.add([row('a', 3), row('b', 4), row('a', 2, { at: AT + DAY_MS, addresses: [] })]);
    fixture.pass(10 * DAY_MS + 2 * HOUR_MS);
    fixture.tick(10);
    usage.add([row('a', 3), row('c', 9)]);
    expect(await usage.sums(0)).toEqual([
      { user: 'acmeci', repository: 'library/nginx', token: '', addresses: ['192.0.2.0/24'], pulls: 7 },
    ]);
    expect(await pullsOf(usage)).toEqual([
      [-AT, 'acmeci', 7],
      [DAY_MS, 'acmeci', 2],
    ]);
  });

  test('refuses rows while no file is open', () => {
    const history = createFixture().history();
    history.close();
    expect(history.usage.add([row('a', 1)])).toBe(false);
  });
});

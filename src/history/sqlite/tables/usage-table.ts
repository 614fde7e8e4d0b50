import { createHash } from 'node:crypto';
import type { UsageRow } from '../../../domain/spending/usage-row.ts';
import type { UsageDay, UsageSpan, UsageSpender, UsageSum } from '../../../domain/spending/usage-store.ts';
import { maskAddress } from '../../../kit/network-address.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** The rows of usage reports. */
export interface UsageTable {
  /** Inserts a row, or keeps the larger counts of the two if it is stored already. */
  put(row: UsageRow): void;
  /** Returns the hours with rows in the order of time, in milliseconds since the epoch; 0 for removed rows. */
  hours(): number[];
  /** Returns the sums of an hour. */
  sums(hourAt: number): UsageSum[];
  /** Returns the sums of each spender on each day, of the hours that begin in a range. */
  days(span: UsageSpan): UsageDay[];
  /** Removes the rows before an instant, in milliseconds since the epoch. Their pulls are kept as sums, with masked addresses. */
  removeBefore(at: number): void;
  /** Forgets the ids of spenders that were inserted by a transaction that was rolled back. */
  rollBack(): void;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** The hour of the sums of removed rows. */
const REMOVED = 0;
/** The most spenders and row keys that are kept in memory. */
const MAX_KEPT = 50_000;

/** Opens the tables `usage_row` and `usage_spender`. */
export function openUsageTable(database: SqlDatabase): UsageTable {
  const addSpender = database.prepare(
    'INSERT OR IGNORE INTO usage_spender (user, repository, token, addresses) VALUES (?, ?, ?, ?)',
  );
  const findSpender = database.prepare(
    'SELECT id FROM usage_spender WHERE user = ? AND repository = ? AND token = ? AND addresses = ?',
  );
  const put = database.prepare(
    `INSERT INTO usage_row (hour, row, spender_id, pulls) VALUES (?, ?, ?, ?)
     ON CONFLICT (hour, row) DO UPDATE SET
       pulls = max(pulls, excluded.pulls), spender_id = excluded.spender_id`,
  );
  // Jumps from hour to hour in the index, where DISTINCT would read every row.
  const hours = database.prepare(
    `WITH RECURSIVE present (hour) AS (
       SELECT min(hour) FROM usage_row
       UNION ALL
       SELECT (SELECT min(hour) FROM usage_row r WHERE r.hour > present.hour) FROM present WHERE hour IS NOT NULL
     ) SELECT hour FROM present WHERE hour IS NOT NULL`,
  );
  const sums = database.prepare(
    `SELECT user, repository, token, addresses, sum(pulls)
     FROM usage_row r JOIN usage_spender s ON s.id = r.spender_id
     WHERE hour = ? GROUP BY s.id ORDER BY s.id`,
  );
  const days = database.prepare(
    `SELECT user, repository, token, addresses, sum(pulls), hour / ${DAY_HOURS} AS day
     FROM usage_row r JOIN usage_spender s ON s.id = r.spender_id
     WHERE hour >= ? AND hour < ? GROUP BY s.id, day ORDER BY day, s.id`,
  );
  const expired = database.prepare(
    `SELECT user, repository, token, addresses, sum(pulls)
     FROM usage_row r JOIN usage_spender s ON s.id = r.spender_id
     WHERE hour > ${REMOVED} AND hour < ? GROUP BY s.id`,
  );
  const keepSum = database.prepare(
    `INSERT INTO usage_row (hour, row, spender_id, pulls) VALUES (${REMOVED}, ?, ?, ?)
     ON CONFLICT (hour, row) DO UPDATE SET pulls = pulls + excluded.pulls`,
  );
  const remove = database.prepare(`DELETE FROM usage_row WHERE hour > ${REMOVED} AND hour < ?`);
  const removeSpenders = database.prepare(
    'DELETE FROM usage_spender WHERE NOT EXISTS (SELECT 1 FROM usage_row WHERE spender_id = usage_spender.id)',
  );
  const spenders = new Map<string, number>();
  const keys = new Map<string, number>();

  function spenderOf({ user, repository, token, addresses }: UsageSpender): number {
    const values = [user, repository, token, addresses.join(' ')];
    return remembered(spenders, values.join('\n'), () => {
      addSpender.run(...values);
      return Number(findSpender.rows(...values)[0]?.[0]);
    });
  }

  return {
    put(row) {
      const { at, user, repository, token, detail, pulls } = row;
      const text = [user, repository, token, detail].join('\n');
      const key = remembered(keys, text, () => keyOf(text));
      put.run(Math.floor(at / HOUR_MS), key, spenderOf(row), pulls);
    },
    hours: () => hours.rows().map(([hour]) => Number(hour) * HOUR_MS),
    sums: (hourAt) => sums.rows(Math.floor(hourAt / HOUR_MS)).map(toSum),
    days: ({ from, to }) =>
      days
        .rows(Math.max(REMOVED + 1, Math.ceil(from / HOUR_MS)), Math.ceil(to / HOUR_MS))
        .map((row) => ({ ...toSum(row), at: Number(row[5]) * DAY_HOURS * HOUR_MS })),
    removeBefore(at) {
      const hour = Math.floor(at / HOUR_MS);
      const sums = expired.rows(hour);
      if (sums.length === 0) return;
      for (const [user, repository, token, addresses, pulls] of sums) {
        const networks = [...new Set(splitAddresses(addresses).map(maskAddress))];
        const spender = { user: String(user), repository: String(repository), token: String(token) };
        const id = spenderOf({ ...spender, addresses: networks });
        keepSum.run(id, id, Number(pulls));
      }
      remove.run(hour);
      removeSpenders.run();
      spenders.clear();
    },
    rollBack: () => spenders.clear(),
  };
}

function toSum([user, repository, token, addresses, pulls]: readonly SqlValue[]): UsageSum {
  return {
    user: String(user),
    repository: String(repository),
    token: String(token),
    addresses: splitAddresses(addresses),
    pulls: Number(pulls),
  };
}

function splitAddresses(addresses: SqlValue | undefined): string[] {
  return String(addresses)
    .split(' ')
    .filter((address) => address !== '');
}

function remembered(kept: Map<string, number>, key: string, make: () => number): number {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

/**
 * Returns the key of a row within its hour: 53 bits of a SHA-256 hash, which is exact as a number. Two of 100,000 rows of an
 * hour have the same key with a probability of 1 in 1,800,000.
 */
function keyOf(text: string): number {
  const hash = createHash('sha256').update(text).digest();
  return hash.readUIntBE(0, 6) * 32 + (hash.readUInt8(6) >> 3);
}

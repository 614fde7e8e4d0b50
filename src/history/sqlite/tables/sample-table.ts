import { believe } from '../../../domain/believable.ts';
import type { SqlDatabase } from '../sql-database.ts';

/** A result as it is kept, without its credential. */
export interface StoredSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcomeId: number;
  /** Pulls; null unless limited. */
  readonly remaining: number | null;
  /** Pulls spent since the sample before; null when it is not known, or not yet. */
  readonly spent: number | null;
}

/** A sample that is written. */
export interface NewSample extends Omit<StoredSample, 'spent'> {
  readonly durationMs: number;
  /** Why nothing was learned; null unless failed. */
  readonly detail: string | null;
}

/** Every result of the last days. */
export interface SampleTable {
  add(credentialId: number, sample: NewSample): void;
  /** From `from` (included) to `to` (not included), in the order of time; the first `most` of them. */
  between(credentialId: number, from: number, to: number, most?: number): StoredSample[];
  /** The first at or after an instant, in milliseconds since the epoch. */
  firstAt(credentialId: number, from: number): number | undefined;
  setSpent(credentialId: number, at: number, spent: number): void;
  /**
   * Sets samples aside, between two instants that are not included: a clock wrote them that was ahead. Nothing reads them
   * any more; they are kept as long as the others.
   */
  setAside(credentialId: number, from: number, to: number): void;
  /** Removes what is older than an instant. */
  removeBefore(credentialId: number, at: number): void;
}

/** Opens the table `sample`. */
export function openSampleTable(database: SqlDatabase): SampleTable {
  // After the clock was set back two results can have one instant; the newer one is the truth then.
  const insert = database.prepare(
    'INSERT OR REPLACE INTO sample (credential_id, at, outcome_id, remaining, duration_ms, detail) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    'SELECT at, outcome_id, remaining, spent FROM sample WHERE credential_id = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?',
  );
  const first = database.prepare('SELECT min(at) FROM sample WHERE credential_id = ? AND at >= ?');
  const update = database.prepare('UPDATE sample SET spent = ? WHERE credential_id = ? AND at = ?');
  // Under the negative number of their credential, which is nobody's.
  const aside = database.prepare(
    'UPDATE OR REPLACE sample SET credential_id = ? WHERE credential_id = ? AND at > ? AND at < ?',
  );
  const remove = database.prepare('DELETE FROM sample WHERE credential_id IN (?, ?) AND at < ?');
  return {
    add(credentialId, { at, outcomeId, remaining, durationMs, detail }) {
      insert.run(credentialId, at, outcomeId, remaining, durationMs, detail);
    },
    between: (credentialId, from, to, most = -1) =>
      select.rows(credentialId, from, to, most).map(([at, outcomeId, remaining, spent]) => ({
        at: Number(at),
        outcomeId: Number(outcomeId),
        remaining: believe('remaining', remaining) ?? null,
        spent: believe('remaining', spent) ?? null,
      })),
    firstAt: (credentialId, from) => (first.rows(credentialId, from)[0]?.[0] as number | null) ?? undefined,
    setSpent: (credentialId, at, spent) => update.run(spent, credentialId, at),
    setAside: (credentialId, from, to) => aside.run(-credentialId, credentialId, from, to),
    removeBefore: (credentialId, at) => remove.run(credentialId, -credentialId, at),
  };
}

import { believe } from '../../../domain/believable.ts';
import type { Probe } from '../../../domain/history/query.ts';
import { restoreOutcome } from '../../../domain/history/restore-result.ts';
import { parseSource } from '../../../domain/rate-limit.ts';
import type { Outcome } from '../../../domain/result.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** A stored result of a credential. */
export interface StoredSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcomeId: number;
  /** Pulls left; null unless limited. */
  readonly remaining: number | null;
  /** Pulls spent since the previous sample; null if unknown, or not rolled up yet. */
  readonly spent: number | null;
}

/** A sample to insert. */
interface NewSample extends Omit<StoredSample, 'spent'> {
  readonly durationMs: number;
  /** The detail of a failure; null unless failed. */
  readonly detail: string | null;
}

/** Every result of the last days. */
export interface SampleTable {
  /** Inserts a sample; replaces one of the same instant. */
  add(credentialId: number, sample: NewSample): void;
  /** Returns the first `most` samples from `from` (included) to `to` (not included), in chronological order. Default: all. */
  between(credentialId: number, from: number, to: number, most?: number): StoredSample[];
  /** Returns the instant of the first sample at or after an instant, in milliseconds since the epoch; undefined without one. */
  firstAt(credentialId: number, from: number): number | undefined;
  /** Writes the pulls spent of the sample at an instant. */
  setSpent(credentialId: number, at: number, spent: number): void;
  /**
   * Sets the samples between two instants aside (both excluded), because they were written while the clock was ahead.
   * They are not read any more, and removed when they are as old as others.
   */
  setAside(credentialId: number, from: number, to: number): void;
  /** Removes the samples before an instant, in milliseconds since the epoch. */
  removeBefore(credentialId: number, at: number): void;
}

/** Opens the table `sample`. */
export function openSampleTable(database: SqlDatabase): SampleTable {
  // After the clock was set back, two results can have the same instant: the newer one replaces the older.
  const insert = database.prepare(
    'INSERT OR REPLACE INTO sample (credential_id, at, outcome_id, remaining, duration_ms, detail) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    'SELECT at, outcome_id, remaining, spent FROM sample WHERE credential_id = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?',
  );
  const first = database.prepare('SELECT min(at) FROM sample WHERE credential_id = ? AND at >= ?');
  const update = database.prepare('UPDATE sample SET spent = ? WHERE credential_id = ? AND at = ?');
  // Samples set aside have the negative id of their credential, which no credential uses.
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

/** Probes: samples joined with all columns of their outcome. Read-only. */
export interface ProbeTable {
  /** Returns the newest `most` probes until `now`, newest first. Later ones are left out: the clock was ahead when they were written. */
  newest(credentialId: number, most: number, now: number): Probe[];
  /** Returns the newest `most` probes until `now` that failed or were blocked, newest first. */
  newestFailures(credentialId: number, most: number, now: number): Probe[];
}

const PROBES = `SELECT at, duration_ms, kind, reason, pulls, remaining, window_seconds, source, downgraded,
  retry_after_seconds, detail FROM sample JOIN outcome ON outcome.id = outcome_id WHERE credential_id = ? AND at <= ?`;
const NEWEST = 'ORDER BY at DESC LIMIT ?';

/** Reads the tables `sample` and `outcome` together. */
export function openProbeTable(database: SqlDatabase): ProbeTable {
  const all = database.prepare(`${PROBES} ${NEWEST}`);
  const failures = database.prepare(`${PROBES} AND kind IN ('blocked', 'failed') ${NEWEST}`);
  return {
    newest: (credentialId, most, now) => all.rows(credentialId, now, most).map(toProbe),
    newestFailures: (credentialId, most, now) => failures.rows(credentialId, now, most).map(toProbe),
  };
}

function toProbe([at, durationMs, ...columns]: readonly SqlValue[]): Probe {
  return { at: Number(at), durationMs: Number(durationMs), outcome: toOutcome(columns) };
}

function toOutcome(columns: readonly SqlValue[]): Outcome {
  const [kind, reason, limit, remaining, windowSeconds, source, downgraded, pause, detail] = columns;
  return restoreOutcome({
    kind,
    reason,
    limit,
    remaining,
    windowSeconds,
    source: parseSource((source as string | null) ?? undefined),
    downgraded: downgraded === 1,
    retryAfterSeconds: pause,
    detail,
  });
}

import { believe } from '../../../domain/believable.ts';
import type { Probe } from '../../../domain/history/query.ts';
import { restoreOutcome } from '../../../domain/history/restore-result.ts';
import { parseSource } from '../../../domain/rate-limit.ts';
import type { Outcome } from '../../../domain/result.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

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
interface NewSample extends Omit<StoredSample, 'spent'> {
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

/** Results as they were: samples with all of their outcome. Read only. */
export interface ProbeTable {
  /** The newest ones until `now`, newest first: what a clock wrote that was ahead is not news. */
  newest(credentialId: number, most: number, now: number): Probe[];
  /** The newest ones until `now` that learned nothing, newest first. */
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

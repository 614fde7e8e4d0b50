import type { Probe } from '../../../domain/history/recent-probes.ts';
import { restoreOutcome } from '../../../domain/history/restore-result.ts';
import type { Outcome } from '../../../domain/outcome.ts';
import { parseSource } from '../../../domain/source.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

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

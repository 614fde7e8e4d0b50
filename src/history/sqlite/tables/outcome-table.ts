import { believe } from '../../../domain/believable.ts';
import type { Outcome } from '../../../domain/result.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** What is repeated from result to result: everything but the pulls left and the detail of a failure. */
export interface StoredOutcome {
  readonly kind: Outcome['kind'];
  /** Pulls allowed in a window. */
  readonly limit: number | null;
  readonly windowSeconds: number | null;
  /** As sent. */
  readonly source: string | null;
}

const KINDS: readonly Outcome['kind'][] = ['limited', 'unlimited', 'blocked', 'failed'];

/** The distinct outcomes, each with a small number. They are few: all are kept in memory. */
export interface OutcomeTable {
  /** The number of an outcome, which is written if it is new. */
  idOf(outcome: Outcome): number;
  /** @throws RangeError for a number that was never given */
  outcome(id: number): StoredOutcome;
  /** Forgets what a transaction wrote that was not committed. */
  rollBack(): void;
  /** Keeps it. */
  commit(): void;
}

/** Opens the table `outcome`. */
export function openOutcomeTable(database: SqlDatabase): OutcomeTable {
  const insert = database.prepare(
    'INSERT INTO outcome (id, kind, reason, pulls, window_seconds, source, downgraded, retry_after_seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const one = database.prepare(
    'SELECT kind, reason, pulls, window_seconds, source, downgraded, retry_after_seconds FROM outcome WHERE id = ?',
  );
  const ids = new Map<string, number>();
  const outcomes = new Map<number, StoredOutcome>();
  let fresh: string[] = [];
  let newest = 0;
  const rows = database.prepare(
    'SELECT id, kind, reason, pulls, window_seconds, source, downgraded, retry_after_seconds FROM outcome',
  );
  for (const [id, ...columns] of rows.rows()) remember(Number(id), columns);

  function remember(id: number, columns: readonly SqlValue[]): void {
    ids.set(JSON.stringify(columns), id);
    outcomes.set(id, toStored(columns));
    newest = Math.max(newest, id);
  }

  function readNew(id: number): StoredOutcome | undefined {
    const [columns] = one.rows(id);
    if (columns) remember(id, columns);
    return outcomes.get(id);
  }

  return {
    idOf(outcome) {
      const columns = toColumns(outcome);
      const key = JSON.stringify(columns);
      const known = ids.get(key);
      if (known !== undefined) return known;
      const id = newest + 1;
      insert.run(id, ...columns);
      remember(id, columns);
      fresh.push(key);
      return id;
    },
    outcome(id) {
      // Another connection may have written it since this one was opened.
      const stored = outcomes.get(id) ?? readNew(id);
      if (!stored) throw new RangeError(`There is no such outcome in the history: ${id}`);
      return stored;
    },
    rollBack() {
      for (const key of fresh) {
        outcomes.delete(ids.get(key) ?? 0);
        ids.delete(key);
      }
      fresh = [];
    },
    commit() {
      fresh = [];
    },
  };
}

/** Kind, reason, limit, window, source, downgraded, pause. */
function toColumns(outcome: Outcome): SqlValue[] {
  switch (outcome.kind) {
    case 'limited': {
      const { limit, windowSeconds = null, source, downgraded } = outcome;
      return ['limited', null, limit, windowSeconds, source?.value ?? null, Number(downgraded), null];
    }
    case 'unlimited':
      return ['unlimited', null, null, null, outcome.source?.value ?? null, null, null];
    case 'blocked':
      return ['blocked', outcome.reason, null, null, null, null, outcome.retryAfterSeconds ?? null];
    case 'failed':
      return ['failed', outcome.reason, null, null, null, null, null];
  }
}

function toStored([kind, , limit, windowSeconds, source]: readonly SqlValue[]): StoredOutcome {
  return {
    kind: KINDS.find((known) => known === kind) ?? 'failed',
    limit: believe('limit', limit) ?? null,
    windowSeconds: believe('windowSeconds', windowSeconds) ?? null,
    source: source as string | null,
  };
}

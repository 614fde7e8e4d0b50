import { believe } from '../../../domain/believable.ts';
import type { Outcome } from '../../../domain/result.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** The part of an outcome that repeats from result to result: all but the pulls left and the detail of a failure. */
export interface StoredOutcome {
  readonly kind: Outcome['kind'];
  /** Pulls allowed in a window; null unless limited. */
  readonly limit: number | null;
  readonly windowSeconds: number | null;
  /** The source as the hub sent it; null if it sent none. */
  readonly source: string | null;
}

const KINDS: readonly Outcome['kind'][] = ['limited', 'unlimited', 'blocked', 'failed'];

/** The distinct outcomes, each with an id. They are few: all are cached in memory. */
export interface OutcomeTable {
  /** Returns the id of an outcome; inserts it if it is new. */
  idOf(outcome: Outcome): number;
  /**
   * Returns the outcome with an id.
   * @throws RangeError if no outcome has this id
   */
  outcome(id: number): StoredOutcome;
  /** Discards the outcomes of a transaction that was rolled back from memory. */
  rollBack(): void;
  /** Keeps the outcomes of a committed transaction in memory. */
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
      // Another connection may have inserted it after this one was opened.
      const stored = outcomes.get(id) ?? readNew(id);
      if (!stored) throw new RangeError(`The history has no outcome with this id: ${id}`);
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

/** Returns the columns kind, reason, limit, window, source, downgraded, pause. */
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

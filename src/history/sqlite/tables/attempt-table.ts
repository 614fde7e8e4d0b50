import type { PullAttempt, PullOrigin, PullOutcome, Refusal } from '../../../domain/spending/pull-attempt.ts';
import type { AttemptSum, CountedEvent, SpendingSpan } from '../../../domain/spending/spending-store.ts';
import type { SqlDatabase, SqlValue } from '../sql-database.ts';

/** Pull attempts, and the events they were counted from. */
export interface AttemptTable {
  /** Inserts an attempt, or replaces the one with its key. */
  put(attempt: PullAttempt): void;
  /** Inserts a counted event, or replaces its number. */
  putEvent(event: CountedEvent): void;
  /** Returns the sums of the attempts of each origin in each slot, in the order of slots. */
  sums(span: SpendingSpan): AttemptSum[];
  /** Returns the attempts of a cluster that started at or after `from` (milliseconds since the epoch), oldest first. */
  recent(cluster: string, from: number): PullAttempt[];
  /** Returns the counted events of a cluster since `from`, in milliseconds since the epoch. */
  events(cluster: string, from: number): CountedEvent[];
  /** Removes the attempts before one instant and the counted events before another, in milliseconds since the epoch. */
  removeBefore(attemptsAt: number, eventsAt: number): void;
}

const ORIGIN_COLUMNS = 'o.cluster, o.namespace, o.workload, o.node, o.image, o.credential, o.labels';

/** Opens the tables `pull_attempt`, `pull_origin` and `counted_event`. */
export function openAttemptTable(database: SqlDatabase): AttemptTable {
  const addOrigin = database.prepare(
    `INSERT OR IGNORE INTO pull_origin (cluster, namespace, workload, node, image, credential, labels)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const putAttempt = database.prepare(
    `INSERT OR REPLACE INTO pull_attempt
     (key, origin_id, pod, container, started_at, ended_at, outcome, refusal, attempts, low, high, image_bytes)
     SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM pull_origin
     WHERE cluster = ? AND namespace = ? AND workload = ? AND node = ? AND image = ? AND credential = ? AND labels = ?`,
  );
  const putEvent = database.prepare(
    'INSERT OR REPLACE INTO counted_event (cluster, uid, count, at) VALUES (?, ?, ?, ?)',
  );
  const sums = database.prepare(
    `SELECT ${ORIGIN_COLUMNS}, CAST(a.started_at / ? AS INTEGER) AS slot, sum(iif(outcome = 'present', 0, attempts)),
     sum(iif(outcome = 'refused', attempts, 0)), sum(low), sum(high)
     FROM pull_attempt a JOIN pull_origin o ON o.id = a.origin_id
     WHERE a.started_at >= ? AND a.started_at < ? AND o.credential IN (SELECT value FROM json_each(?))
     GROUP BY slot, o.id ORDER BY slot, o.id`,
  );
  const recent = database.prepare(
    `SELECT ${ORIGIN_COLUMNS}, key, pod, container, started_at, ended_at, outcome, refusal, attempts, low, high,
     image_bytes FROM pull_attempt a JOIN pull_origin o ON o.id = a.origin_id
     WHERE o.cluster = ? AND a.started_at >= ? ORDER BY a.started_at, a.key`,
  );
  const events = database.prepare(
    'SELECT cluster, uid, count, at FROM counted_event WHERE cluster = ? AND at >= ?',
  );
  const removeAttempts = database.prepare('DELETE FROM pull_attempt WHERE started_at < ?');
  const removeOrigins = database.prepare(
    'DELETE FROM pull_origin WHERE NOT EXISTS (SELECT 1 FROM pull_attempt WHERE origin_id = pull_origin.id)',
  );
  const removeEvents = database.prepare('DELETE FROM counted_event WHERE at < ?');
  return {
    put(attempt) {
      const origin = originValues(attempt);
      addOrigin.run(...origin);
      putAttempt.run(...attemptValues(attempt), ...origin);
    },
    putEvent: ({ cluster, uid, count, at }) => putEvent.run(cluster, uid, count, Math.round(at)),
    sums: ({ from, to, credentials, slotMs }) =>
      sums.rows(slotMs, from, to, JSON.stringify(credentials)).map((row) => {
        const [slot, attempts, refused, low, high] = row.slice(7);
        return {
          ...toOrigin(row),
          at: Number(slot) * slotMs,
          attempts: Number(attempts),
          refused: Number(refused),
          pulls: { low: Number(low), high: Number(high) },
        };
      }),
    recent: (cluster, from) => recent.rows(cluster, from).map(toAttempt),
    events: (cluster, from) =>
      events.rows(cluster, from).map(([name, uid, count, at]) => ({
        cluster: String(name),
        uid: String(uid),
        count: Number(count),
        at: Number(at),
      })),
    removeBefore(attemptsAt, eventsAt) {
      removeAttempts.run(attemptsAt);
      removeOrigins.run();
      removeEvents.run(eventsAt);
    },
  };
}

function originValues({
  cluster,
  namespace,
  workload,
  node,
  image,
  credential,
  labels,
}: PullOrigin): string[] {
  return [cluster, namespace, workload, node, image, credential, JSON.stringify(labels)];
}

function attemptValues(attempt: PullAttempt): SqlValue[] {
  const { key, pod, container, startedAt, endedAt, outcome, refusal, attempts, pulls, imageBytes } = attempt;
  const end = endedAt === undefined ? null : Math.round(endedAt);
  return [
    ...[key, pod, container, Math.round(startedAt), end, outcome, refusal ?? null],
    ...[attempts, pulls.low, pulls.high, imageBytes ?? null],
  ];
}

function toOrigin(row: readonly SqlValue[]): PullOrigin {
  const [cluster, namespace, workload, node, image, credential, labels] = row.map(String);
  return {
    cluster: cluster ?? '',
    namespace: namespace ?? '',
    workload: workload ?? '',
    node: node ?? '',
    image: image ?? '',
    credential: credential ?? '',
    labels: JSON.parse(labels ?? '{}'),
  };
}

function toAttempt(row: readonly SqlValue[]): PullAttempt {
  const [key, pod, container, startedAt, endedAt, outcome, refusal, attempts, low, high, bytes] =
    row.slice(7);
  return {
    ...toOrigin(row),
    key: String(key),
    pod: String(pod),
    container: String(container),
    startedAt: Number(startedAt),
    endedAt: endedAt === null ? undefined : Number(endedAt),
    outcome: outcome as PullOutcome,
    refusal: (refusal as Refusal | null) ?? undefined,
    attempts: Number(attempts),
    pulls: { low: Number(low), high: Number(high) },
    imageBytes: bytes === null ? undefined : Number(bytes),
  };
}

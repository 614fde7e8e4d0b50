import type { PullAttempt, Refusal } from '../domain/spending/pull-attempt.ts';
import type { NamespaceCount } from '../domain/spending/spending-facts.ts';

/** Counts attempts for metrics. */
export interface AttemptCounters {
  /** Gives series to the namespaces of these attempts, those with the most attempts first. */
  rank(attempts: readonly PullAttempt[]): void;
  /** Counts attempts that are new or changed. */
  add(attempts: readonly PullAttempt[]): void;
  list(): readonly NamespaceCount[];
  /** Returns the label of a namespace: its name, or `other`. */
  labelOf(cluster: string, namespace: string): string;
}

/** The most namespaces with series of their own, over all clusters. A namespace keeps its series until the end of the process. */
const MAX_NAMESPACES = 50;
const OTHER = 'other';

interface Counts {
  readonly cluster: string;
  readonly namespace: string;
  attempts: number;
  readonly refused: Partial<Record<Refusal, number>>;
}

/** Creates counters at 0. */
export function createAttemptCounters(): AttemptCounters {
  const counts = new Map<string, Counts>();
  /** The namespaces with series of their own. */
  const named = new Set<string>();
  /** Attempts that were counted and have not ended. */
  const open = new Set<string>();

  function labelOf(cluster: string, namespace: string): string {
    const key = JSON.stringify([cluster, namespace]);
    if (!named.has(key) && named.size < MAX_NAMESPACES) named.add(key);
    return named.has(key) ? namespace : OTHER;
  }

  function countsOf({ cluster, namespace }: PullAttempt): Counts {
    const label = labelOf(cluster, namespace);
    const key = JSON.stringify([cluster, label]);
    const found = counts.get(key) ?? { cluster, namespace: label, attempts: 0, refused: {} };
    counts.set(key, found);
    return found;
  }

  return {
    rank(attempts) {
      const ranked = new Map<string, { attempt: PullAttempt; count: number }>();
      for (const attempt of attempts) {
        const key = JSON.stringify([attempt.cluster, attempt.namespace]);
        ranked.set(key, { attempt, count: (ranked.get(key)?.count ?? 0) + attempt.attempts });
      }
      for (const { attempt } of [...ranked.values()].sort((a, b) => b.count - a.count)) {
        labelOf(attempt.cluster, attempt.namespace);
      }
    },
    add(attempts) {
      for (const attempt of attempts) {
        if (attempt.outcome === 'present') continue;
        const sum = countsOf(attempt);
        if (!open.delete(attempt.key)) sum.attempts += attempt.attempts;
        if (attempt.outcome === 'open') open.add(attempt.key);
        const { refusal } = attempt;
        if (refusal) sum.refused[refusal] = (sum.refused[refusal] ?? 0) + attempt.attempts;
      }
      // Attempts without an end, of pods that were deleted.
      if (open.size > MAX_OPEN) open.clear();
    },
    list: () => [...counts.values()],
    labelOf,
  };
}

/** The most attempts that are remembered as open. */
const MAX_OPEN = 100_000;

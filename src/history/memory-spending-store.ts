import type { PullAttempt } from '../domain/spending/pull-attempt.ts';
import type { AttemptSum, CountedEvent, SpendingStore } from '../domain/spending/spending-store.ts';

/** Creates a store in memory without a limit, which is empty after a restart. For tests and short runs. */
export function createMemorySpendingStore(): SpendingStore {
  const attempts = new Map<string, PullAttempt>();
  const events = new Map<string, CountedEvent>();
  return {
    add(batch) {
      for (const attempt of batch.attempts) attempts.set(attempt.key, attempt);
      for (const event of batch.events) events.set(`${event.cluster} ${event.uid}`, event);
    },
    sums({ from, to, credentials, slotMs }) {
      const sums = new Map<string, AttemptSum>();
      for (const attempt of attempts.values()) {
        const { startedAt, credential } = attempt;
        if (startedAt < from || startedAt >= to || !credentials.includes(credential)) continue;
        const at = Math.floor(startedAt / slotMs) * slotMs;
        const { cluster, namespace, workload, node, image, labels } = attempt;
        const origin = { cluster, namespace, workload, node, image, credential, labels };
        const key = JSON.stringify([at, origin]);
        sums.set(key, added(sums.get(key) ?? { ...origin, ...NOTHING, at }, attempt));
      }
      return [...sums.values()].sort((a, b) => a.at - b.at);
    },
    recent: (cluster, from) =>
      [...attempts.values()]
        .filter((attempt) => attempt.cluster === cluster && attempt.startedAt >= from)
        .sort((a, b) => a.startedAt - b.startedAt || (a.key < b.key ? -1 : 1)),
    countedEvents: (cluster, from) =>
      [...events.values()].filter((event) => event.cluster === cluster && event.at >= from),
  };
}

const NOTHING = { attempts: 0, refused: 0, pulls: { low: 0, high: 0 } };

function added(sum: AttemptSum, { outcome, attempts, pulls }: PullAttempt): AttemptSum {
  return {
    ...sum,
    attempts: sum.attempts + (outcome === 'present' ? 0 : attempts),
    refused: sum.refused + (outcome === 'refused' ? attempts : 0),
    pulls: { low: sum.pulls.low + pulls.low, high: sum.pulls.high + pulls.high },
  };
}

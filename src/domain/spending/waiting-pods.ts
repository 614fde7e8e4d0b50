import type { PullAttempt, Refusal } from './pull-attempt.ts';
import type { WaitingPods } from './spending-service.ts';

/** The pods of one cluster that wait because a registry refuses a pull. */
export interface WaitingPodsTracker {
  /** Records attempts, oldest first. */
  record(attempts: readonly PullAttempt[]): void;
  /** Records that a container waits before its next attempt, or begins it. Containers that were not refused are left out. */
  renew(podUid: string, container: string, at: number): void;
  /** Records that a pod was deleted. */
  remove(podUid: string): void;
  /**
   * Returns the waiting pods of each workload and image.
   * @param now milliseconds since the epoch
   */
  list(now: number): readonly WaitingPods[];
}

/**
 * A container is no longer waiting this long after its last event, in milliseconds (10 minutes). A kubelet tries again after
 * at most 5 minutes, and sends at least one event of a pod in that time.
 */
const FORGOTTEN_AFTER_MS = 600_000;

interface WaitingContainer {
  readonly attempt: PullAttempt & { readonly refusal: Refusal };
  readonly since: number;
  readonly lastAt: number;
}

/** Returns the UID of the pod of an attempt. */
export function podUidOf({ key }: Pick<PullAttempt, 'key'>): string {
  return key.split('/')[1] ?? '';
}

/** Creates a tracker without pods. */
export function createWaitingPods(): WaitingPodsTracker {
  /** Containers by the UID of their pod. */
  const pods = new Map<string, Map<string, WaitingContainer>>();

  function recordOne(attempt: PullAttempt): void {
    const podUid = podUidOf(attempt);
    const { outcome, refusal, container, startedAt } = attempt;
    const containers = pods.get(podUid);
    if (outcome === 'refused' && refusal) {
      const known = containers?.get(container);
      if (known && known.attempt.startedAt > startedAt) return;
      const added = containers ?? new Map<string, WaitingContainer>();
      const lastAt = Math.max(known?.lastAt ?? 0, attempt.endedAt ?? startedAt);
      added.set(container, { attempt: { ...attempt, refusal }, since: known?.since ?? startedAt, lastAt });
      pods.set(podUid, added);
    } else if (outcome !== 'open' && containers) {
      containers.delete(container);
      if (containers.size === 0) pods.delete(podUid);
    }
  }

  function forgetOld(now: number): void {
    for (const [podUid, containers] of pods) {
      for (const [name, { lastAt }] of containers) {
        if (lastAt < now - FORGOTTEN_AFTER_MS) containers.delete(name);
      }
      if (containers.size === 0) pods.delete(podUid);
    }
  }

  return {
    record(attempts) {
      for (const attempt of attempts) recordOne(attempt);
    },
    renew(podUid, container, at) {
      const containers = pods.get(podUid);
      const known = containers?.get(container);
      if (known && at > known.lastAt) containers?.set(container, { ...known, lastAt: at });
    },
    remove: (podUid) => void pods.delete(podUid),
    list(now) {
      forgetOld(now);
      const groups = new Map<string, WaitingPods>();
      for (const containers of pods.values()) {
        // A pod waits for its first refused container.
        const [first] = containers.values();
        if (!first) continue;
        const { cluster, namespace, workload, image, credential, refusal } = first.attempt;
        const key = JSON.stringify([namespace, workload, image, credential, refusal]);
        const group = groups.get(key);
        const since = Math.min(group?.since ?? first.since, first.since);
        const number = (group?.pods ?? 0) + 1;
        groups.set(key, { cluster, namespace, workload, image, credential, refusal, pods: number, since });
      }
      return [...groups.values()].sort((a, b) => b.pods - a.pods || a.since - b.since);
    },
  };
}

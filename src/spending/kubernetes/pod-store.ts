import type { PodEvent, PodFacts } from '../../domain/spending/attempt-ledger.ts';
import type { Clock } from '../../kit/clock.ts';
import { type ApiObject, asObject, type ObjectChange, textOf } from '../../kit/kubernetes/list-watch.ts';
import { guessWorkload, readPod } from './pod-events.ts';
import { pullSecretsOf } from './pull-secrets.ts';

/** What is kept of a pod. */
export interface StoredPod extends Omit<PodFacts, 'credential'> {
  /** As `pullSecretsOf()` returns them. */
  readonly pullSecrets: readonly string[];
}

/** The workloads and labels of the pods of one cluster. */
export interface PodStore {
  /** Returns what is needed of an object of a list. */
  keep(object: ApiObject): ApiObject;
  /** Replaces all pods by those of a list. */
  replace(kept: readonly ApiObject[]): void;
  /** Applies a change. Returns the UID of the pod. */
  change(type: ObjectChange['type'], object: ApiObject): string;
  /** Returns the facts of the pod of an event; of an unknown pod what its name says. */
  factsOf(event: Pick<PodEvent, 'pod' | 'podUid'>): StoredPod;
  /** Forgets pods that were deleted a while ago. */
  forgetDeleted(): void;
}

/** Events of a pod can arrive after its deletion. Its facts are kept this long, in milliseconds: an hour. */
const DELETED_KEPT_MS = 3_600_000;

/**
 * Creates a store without pods.
 * @param labels the labels that are kept
 */
export function createPodStore(labels: readonly string[], clock: Pick<Clock, 'now'>): PodStore {
  let pods = new Map<string, StoredPod>();
  const deleted = new Map<string, { facts: StoredPod; at: number }>();
  /** Equal facts are one object: a workload has many pods. */
  const shared = new Map<string, StoredPod>();

  function read(object: ApiObject): { uid: string; facts: StoredPod } {
    const metadata = asObject(object.metadata);
    const facts = { ...readPod(metadata, labels), pullSecrets: pullSecretsOf(object) };
    const key = JSON.stringify(facts);
    const known = shared.get(key);
    if (!known) shared.set(key, facts);
    return { uid: textOf(metadata.uid), facts: known ?? facts };
  }

  function remove(uid: string): void {
    const facts = pods.get(uid);
    if (facts) deleted.set(uid, { facts, at: clock.now() });
    pods.delete(uid);
  }

  return {
    keep: (object) => ({ ...read(object) }),
    replace(kept) {
      const before = pods;
      pods = new Map(kept.map(({ uid, facts }) => [String(uid), facts as StoredPod]));
      for (const [uid, facts] of before) if (!pods.has(uid)) deleted.set(uid, { facts, at: clock.now() });
    },
    change(type, object) {
      const { uid, facts } = read(object);
      if (type === 'DELETED') {
        if (!pods.has(uid)) pods.set(uid, facts);
        remove(uid);
      } else {
        pods.set(uid, facts);
      }
      return uid;
    },
    factsOf({ podUid, pod }) {
      const known = pods.get(podUid) ?? deleted.get(podUid)?.facts;
      return known ?? { workload: guessWorkload(pod), labels: {}, pullSecrets: [] };
    },
    forgetDeleted() {
      for (const [uid, { at }] of deleted) if (at < clock.now() - DELETED_KEPT_MS) deleted.delete(uid);
      const used = new Set([...pods.values(), ...[...deleted.values()].map(({ facts }) => facts)]);
      for (const [key, facts] of shared) if (!used.has(facts)) shared.delete(key);
    },
  };
}

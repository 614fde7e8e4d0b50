import type { PullAttempt } from '../domain/spending/pull-attempt.ts';
import type { SimulatedPod } from './kubernetes/kubelet-objects.ts';
import { createSimulatedCluster, type SimulatedCluster } from './kubernetes/simulated-cluster.ts';
import { SHOWCASE_CLUSTERS, type Workload } from './showcase-clusters.ts';
import type { PastPulls } from './showcase-past.ts';

/** How long the waiting pods have waited when the showcase begins, in milliseconds (52 minutes). */
const WAITED_MS = 52 * 60_000;
/** The pauses of a kubelet before a pull is attempted again, in milliseconds: doubled up to 5 minutes. */
const FIRST_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 300_000;
/** The pulls of one node: the index and the image. */
const PULLS_PER_POD = 2;
/** The most pods of one rollout. */
const MAX_ROLLOUT = 18;

/** The clusters, and what happens in them. */
export interface ShowcaseActivity {
  /** By name, for a server. */
  readonly clusters: ReadonlyMap<string, SimulatedCluster>;
  /** Explains pulls of the bucket of a credential by pods, as far as its cluster spent them. */
  spent(credential: string, pulls: number, at: number): void;
  /** Lets the waiting pods try again whose pause has ended. */
  retry(at: number): void;
}

/**
 * Creates the clusters with the pods that wait.
 * @param now milliseconds since the epoch
 * @param random returns numbers of at least 0 and less than 1
 */
export function createShowcaseActivity(now: number, random: () => number): ShowcaseActivity {
  const clusters = new Map(SHOWCASE_CLUSTERS.map(({ name }) => [name, createSimulatedCluster()]));
  const debts = new Map<string, number>();
  let started = 0;
  const waiting = SHOWCASE_CLUSTERS.flatMap(({ name, waiting: groups = [] }) =>
    groups.flatMap((group) =>
      Array.from({ length: group.pods }, () => {
        started += 1;
        const pod = podOf(group, started, `${name}-${1 + (started % 6)}`, 'latest');
        return {
          cluster: clusters.get(name),
          pod,
          nextAt: now - WAITED_MS + random() * 60_000,
          pauseMs: FIRST_BACK_OFF_MS,
        };
      }),
    ),
  );

  function retry(at: number): void {
    const due = waiting.filter(({ nextAt }) => nextAt <= at);
    for (const one of due) {
      while (one.nextAt <= at) {
        one.cluster?.refuse(one.pod, one.nextAt);
        one.nextAt += one.pauseMs;
        one.pauseMs = Math.min(2 * one.pauseMs, LONGEST_BACK_OFF_MS);
      }
    }
  }

  retry(now);
  return {
    clusters,
    retry,
    spent(credential, pulls, at) {
      const config = SHOWCASE_CLUSTERS.find((cluster) => cluster.credential === credential);
      if (!config) return;
      let debt = (debts.get(config.name) ?? 0) + pulls * config.share;
      while (debt >= PULLS_PER_POD) {
        const pods = Math.min(MAX_ROLLOUT, Math.floor(debt / PULLS_PER_POD));
        const chosen = choose(config.workloads, random);
        for (let i = 0; i < pods; i += 1) {
          started += 1;
          const pod = podOf(chosen, started, `${config.name}-spot-${started}`, `1.${started % 40}`);
          clusters.get(config.name)?.pull(pod, at);
        }
        debt -= pods * PULLS_PER_POD;
      }
      debts.set(config.name, debt);
    },
  };
}

/**
 * Returns the pull attempts that explain past pulls, as Headroom stores them: one for each workload and minute.
 * @param random returns numbers of at least 0 and less than 1
 */
export function pastAttempts(past: readonly PastPulls[], random: () => number): PullAttempt[] {
  const debts = new Map<string, number>();
  return past.flatMap(({ credential, at, pulls }, i) => {
    const cluster = SHOWCASE_CLUSTERS.find((one) => one.credential === credential);
    if (!cluster) return [];
    const debt = (debts.get(credential) ?? 0) + pulls * cluster.share;
    const pods = Math.floor(debt / PULLS_PER_POD);
    debts.set(credential, debt - pods * PULLS_PER_POD);
    if (pods === 0) return [];
    const chosen = choose(cluster.workloads, random);
    const isOfficial = !chosen.image.includes('/');
    return {
      key: `past/${i}`,
      cluster: cluster.name,
      namespace: chosen.namespace,
      workload: `${chosen.kind}/${chosen.workload}`,
      node: `${cluster.name}-${1 + (i % 6)}`,
      image: `docker.io/${isOfficial ? 'library/' : ''}${chosen.image}:1.${Math.floor(i / 2_000)}`,
      credential,
      labels: {},
      pod: `${chosen.workload}-${i}`,
      container: 'app',
      startedAt: at,
      endedAt: at + 2_000,
      outcome: 'pulled',
      refusal: undefined,
      attempts: pods,
      pulls: { low: isOfficial ? pods * PULLS_PER_POD : pods, high: pods * PULLS_PER_POD },
      imageBytes: undefined,
    } satisfies PullAttempt;
  });
}

function podOf({ image, ...own }: Workload, number: number, node: string, tag: string): SimulatedPod {
  return { ...own, number, node, image: `${image}:${tag}` };
}

/** Chooses a workload; the first ones are more probable. */
function choose(workloads: readonly Workload[], random: () => number): Workload {
  return workloads[Math.floor(random() ** 1.7 * workloads.length)] as Workload;
}

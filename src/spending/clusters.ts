import type { Credential } from '../domain/credential.ts';
import type { PullAttempt } from '../domain/spending/pull-attempt.ts';
import type { SpendingConfig } from '../domain/spending/spending-config.ts';
import type { ClusterStatus, WaitingPods } from '../domain/spending/spending-service.ts';
import type { SpendingStore } from '../domain/spending/spending-store.ts';
import type { Clock, Timers } from '../kit/clock.ts';
import type { AccessPorts } from '../kit/kubernetes/access.ts';
import type { KubernetesApi } from '../kit/kubernetes/api-client.ts';
import { type ClusterConnection, connectCluster, createAccessPorts } from '../kit/kubernetes/connect.ts';
import type { Log } from '../kit/log.ts';
import { type ClusterWatcher, type ClusterWatcherPorts, watchCluster } from './kubernetes/cluster-watcher.ts';

/** The dependencies of the clusters. */
export interface ClustersPorts {
  readonly store: SpendingStore;
  /** Receives attempts that are new or changed. */
  readonly onAttempts: (attempts: readonly PullAttempt[]) => void;
  /** The environment variables of proxies, exec plugins and the service account. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: () => number;
  readonly log: Log;
}

/** The parts of the configuration that clusters depend on. */
interface ClustersConfig extends Pick<SpendingConfig, 'kubernetes' | 'owners'> {
  /** Their logins are compared with the pull secrets of pods. */
  readonly credentials: readonly Pick<Credential, 'identity' | 'readLogin'>[];
}

/** The configured clusters. */
export interface Clusters {
  /** Starts and stops watchers, so that they match the configuration. */
  apply(config: ClustersConfig): void;
  status(): readonly ClusterStatus[];
  waiting(): readonly WaitingPods[];
  stop(): Promise<void>;
}

interface RunningCluster {
  readonly watcher: ClusterWatcher;
  close(): Promise<void>;
}

/** Creates the clusters. Nothing is requested before `apply()`. */
export function createClusters(ports: ClustersPorts): Clusters {
  /** By their settings, so that a changed cluster is started again. */
  const running = new Map<string, RunningCluster>();
  const closing: Promise<void>[] = [];
  let credentials: ClustersConfig['credentials'] = [];
  const access = createAccessPorts(ports.env, ports.clock);
  return {
    apply({ kubernetes, owners, credentials: next }) {
      credentials = next;
      const labels = [...new Set(owners.flatMap((owner) => Object.keys(owner.labels)))].sort();
      const wanted = new Map(kubernetes.map((config) => [JSON.stringify([config, labels]), config]));
      for (const [key, cluster] of running) {
        if (wanted.has(key)) continue;
        closing.push(cluster.close());
        running.delete(key);
      }
      for (const [key, config] of wanted) {
        if (!running.has(key))
          running.set(
            key,
            startCluster({ ...ports, config, labels, credentials: () => credentials }, access),
          );
      }
    },
    status: () => [...running.values()].map(({ watcher }) => watcher.status()),
    waiting: () =>
      [...running.values()]
        .flatMap(({ watcher }) => watcher.waiting())
        .sort((a, b) => b.pods - a.pods || a.since - b.since),
    async stop() {
      await Promise.all([...closing, ...[...running.values()].map((cluster) => cluster.close())]);
      running.clear();
    },
  };
}

function startCluster(
  ports: ClustersPorts & Pick<ClusterWatcherPorts, 'config' | 'labels' | 'credentials'>,
  access: AccessPorts,
): RunningCluster {
  let connection: ClusterConnection | undefined;
  async function openApi(): Promise<KubernetesApi> {
    const next = await connectCluster(ports.config, access, ports.userAgent);
    await connection?.close();
    connection = next;
    return next.api;
  }
  const watcher = watchCluster({ ...ports, openApi });
  return {
    watcher,
    async close() {
      watcher.stop();
      await connection?.close();
    },
  };
}

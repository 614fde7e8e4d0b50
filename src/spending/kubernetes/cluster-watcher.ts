import {
  type AttemptLedger,
  createAttemptLedger,
  type PodEvent,
} from '../../domain/spending/attempt-ledger.ts';
import type { PullAttempt } from '../../domain/spending/pull-attempt.ts';
import { parsePullMessage } from '../../domain/spending/pull-message.ts';
import type { NodeRuntime } from '../../domain/spending/pull-price.ts';
import type { ClusterConfig } from '../../domain/spending/spending-config.ts';
import type { ClusterStatus, WaitingPods } from '../../domain/spending/spending-service.ts';
import type { SpendingStore } from '../../domain/spending/spending-store.ts';
import { createWaitingPods } from '../../domain/spending/waiting-pods.ts';
import type { Clock, Timers } from '../../kit/clock.ts';
import type { KubernetesApi } from '../../kit/kubernetes/api-client.ts';
import { type ListWatchOptions, listAndWatch, sleep } from '../../kit/kubernetes/list-watch.ts';
import type { Log } from '../../kit/log.ts';
import { describeApiProblem } from './api-problem.ts';
import { createNodeReader } from './node-reader.ts';
import { EVENT_SELECTOR, readPodEvent } from './pod-events.ts';
import { createPodStore } from './pod-store.ts';
import { createPullSecrets, type PullSecretsPorts } from './pull-secrets.ts';

/** The dependencies of the watcher of one cluster. */
export interface ClusterWatcherPorts {
  readonly config: ClusterConfig;
  /** The pod labels that the owners mention. */
  readonly labels: readonly string[];
  readonly credentials: PullSecretsPorts['credentials'];
  /** Opens the API server; rejects with ClusterAccessError. Called again after an error. */
  readonly openApi: () => Promise<KubernetesApi>;
  readonly store: SpendingStore;
  /** Receives attempts that are new or changed. */
  readonly onAttempts: (attempts: readonly PullAttempt[]) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: () => number;
  readonly log: Log;
}

/** Reads the events of one cluster. */
export interface ClusterWatcher {
  status(): ClusterStatus;
  waiting(): readonly WaitingPods[];
  /** Ends all requests. */
  stop(): void;
}

/** What an earlier process stored is read back this far, in milliseconds: a day. */
const RESTORED_MS = 86_400_000;
/** Open attempts and counted events are kept this long, in milliseconds. API servers keep events for an hour by default. */
const KEPT_MS = 86_400_000;
const TIDY_EVERY_MS = 600_000;
/** How long pods are read before the events, at most, in milliseconds. */
const FIRST_PODS_MS = 10_000;
/** The pause before a connection is opened again, in milliseconds. */
const REOPEN_MS = 30_000;

/** Creates and starts the watcher of a cluster. */
export function watchCluster(ports: ClusterWatcherPorts): ClusterWatcher {
  return new Watcher(ports);
}

class Watcher implements ClusterWatcher {
  readonly #ports: ClusterWatcherPorts;
  readonly #stopping = new AbortController();
  readonly #pods;
  readonly #pullSecrets;
  readonly #waiting = createWaitingPods();
  readonly #ledger: AttemptLedger;
  readonly #runtimes = new Map<string, NodeRuntime>();
  /** Problems by what they concern. */
  readonly #problems = new Map<string, string>();
  #isWatching = false;
  #lastEventAt: number | undefined;

  constructor(ports: ClusterWatcherPorts) {
    const { config, labels, store, clock, credentials } = ports;
    this.#ports = ports;
    this.#pods = createPodStore(labels, clock);
    this.#pullSecrets = createPullSecrets({
      credentials,
      onState: (error) => this.#setProblem('secrets', error),
      clock,
    });
    this.#ledger = createAttemptLedger({
      cluster: config.name,
      credential: config.credential,
      mirrorHosts: config.mirrorHosts,
      podOf: (event) => {
        const { pullSecrets, ...facts } = this.#pods.factsOf(event);
        return { ...facts, credential: this.#pullSecrets.credentialOf(pullSecrets) };
      },
      runtimeOf: (node) => this.#runtimeOf(node),
    });
    const from = clock.now() - RESTORED_MS;
    const attempts = store.recent(config.name, from);
    this.#ledger.restore(attempts, store.countedEvents(config.name, from));
    this.#waiting.record(attempts);
    void this.#run(this.#stopping.signal);
    this.#tidyLater();
  }

  status(): ClusterStatus {
    const problems = [...this.#problems.values()];
    return {
      name: this.#ports.config.name,
      isWatching: this.#isWatching,
      problems,
      lastEventAt: this.#lastEventAt,
    };
  }

  waiting(): readonly WaitingPods[] {
    return this.#waiting.list(this.#ports.clock.now());
  }

  stop(): void {
    this.#stopping.abort(new Error('Headroom stops'));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { timers } = this.#ports;
    while (!signal.aborted) {
      try {
        const api = await this.#ports.openApi();
        this.#setProblem('access', undefined);
        await this.#watchAll(api, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#setProblem('access', error);
        await sleep(REOPEN_MS, timers, signal);
      }
    }
  }

  async #watchAll(api: KubernetesApi, signal: AbortSignal): Promise<void> {
    const { timers, random, clock } = this.#ports;
    const base = { api, timers, random };
    const nodes = createNodeReader({
      ...base,
      clock,
      onNode: ({ name, images, isComplete, runtime }, at) => {
        this.#ledger.nodes.list(name, { images, isComplete, at });
        if (runtime) this.#runtimes.set(name, runtime);
      },
      onState: (error) => this.#setProblem('nodes', error),
    });
    await nodes.start(signal);
    const hasPods = new AbortController();
    const pods = listAndWatch(
      this.#podOptions(base, () => hasPods.abort()),
      signal,
    );
    await sleep(FIRST_PODS_MS, timers, hasPods.signal);
    /** Reads what the price and the credential of events depend on. */
    const prepare = async (counted: readonly PodEvent[]) => {
      for (const node of new Set(counted.map((event) => event.node))) await nodes.ensure(node, signal);
      if (!this.#ports.config.readPullSecrets) return;
      const secrets = counted.flatMap((event) => this.#pods.factsOf(event).pullSecrets);
      await this.#pullSecrets.read(api, new Set(secrets), signal);
    };
    const events = listAndWatch(
      {
        ...base,
        path: '/api/v1/events',
        parameters: { fieldSelector: EVENT_SELECTOR },
        form: 'whole',
        keep: (object) => ({ event: readPodEvent(object) }),
        onList: (objects) =>
          this.#count(
            objects.map(({ event }) => event as PodEvent | undefined),
            prepare,
          ),
        onChanges: (changes) => {
          for (const { type, object } of changes) {
            if (type === 'DELETED') this.#ledger.forget(String((object.metadata as { uid?: unknown })?.uid));
          }
          const alive = changes.filter(({ type }) => type !== 'DELETED');
          return this.#count(
            alive.map(({ object }) => readPodEvent(object)),
            prepare,
          );
        },
        onState: (error) => {
          this.#isWatching = error === undefined;
          this.#setProblem('events', error);
        },
      },
      signal,
    );
    await Promise.all([pods, events]);
  }

  #podOptions(
    base: Pick<ListWatchOptions, 'api' | 'timers' | 'random'>,
    hasPods: () => void,
  ): ListWatchOptions {
    return {
      ...base,
      path: '/api/v1/pods',
      parameters: {},
      form: this.#ports.config.readPullSecrets ? 'whole' : 'metadata',
      keep: (object) => this.#pods.keep(object),
      onList: (objects) => {
        this.#pods.replace(objects);
        hasPods();
      },
      onChanges: (changes) => {
        for (const { type, object } of changes) {
          const uid = this.#pods.change(type, object);
          if (type === 'DELETED') this.#waiting.remove(uid);
        }
      },
      onState: (error) => {
        if (error !== undefined) hasPods();
        this.#setProblem('pods', error);
      },
    };
  }

  async #count(
    read: readonly (PodEvent | undefined)[],
    prepare: (events: readonly PodEvent[]) => Promise<void>,
  ): Promise<void> {
    const events = read.filter((event) => event !== undefined);
    if (events.length === 0) return;
    await prepare(events);
    this.#lastEventAt = this.#ports.clock.now();
    const batch = this.#ledger.count(events);
    if (batch.events.length > 0) {
      this.#ports.store.add(batch);
      this.#waiting.record(batch.attempts);
      this.#ports.onAttempts(batch.attempts);
    }
    // A kubelet limits the events of a pod to one in 5 minutes: most refusals are not seen, only that it still tries.
    for (const { reason, message, podUid, container, lastAt } of events) {
      const kind = parsePullMessage(reason, message)?.kind;
      if (kind === 'back-off' || kind === 'pulling') this.#waiting.renew(podUid, container, lastAt);
    }
  }

  #runtimeOf(node: string): NodeRuntime | undefined {
    const { runtime } = this.#ports.config;
    const reported = this.#runtimes.get(node);
    if (runtime === undefined || reported?.runtime === runtime) return reported;
    return { runtime, requestsAgain: runtime === 'crio' };
  }

  /** Records a problem, and logs it once. */
  #setProblem(subject: 'access' | 'events' | 'pods' | 'nodes' | 'secrets', error: unknown): void {
    const { config, log } = this.#ports;
    if (error === undefined) {
      if (this.#problems.delete(subject))
        log.info('The cluster can be read again', { cluster: config.name, subject });
      return;
    }
    const problem = describeApiProblem(subject, error);
    if (this.#problems.get(subject) === problem) return;
    this.#problems.set(subject, problem);
    const level = subject === 'nodes' ? 'info' : 'warn';
    log[level]('A part of the cluster cannot be read', { cluster: config.name, problem });
  }

  #tidyLater(): void {
    const { timers, clock } = this.#ports;
    const cancel = timers.after(TIDY_EVERY_MS, () => {
      this.#ledger.forgetBefore(clock.now() - KEPT_MS);
      this.#pods.forgetDeleted();
      this.#tidyLater();
    });
    this.#stopping.signal.addEventListener('abort', cancel, { once: true });
  }
}

import type { Runtime } from '../pull-cost/counting-model.ts';
import { createNodeImages, type NodeImages } from './node-images.ts';
import type { PullAttempt } from './pull-attempt.ts';
import {
  type FailedMessage,
  type PulledMessage,
  type PullMessage,
  parsePullMessage,
} from './pull-message.ts';
import { type NodeRuntime, type PulledImage, priceFailure, pricePull, readImage } from './pull-price.ts';
import type { CountedEvent, SpendingBatch } from './spending-store.ts';

/** An event about a pod, in either form of the API. Instants are milliseconds since the epoch. */
export interface PodEvent {
  readonly uid: string;
  /** How often it happened so far. */
  readonly count: number;
  readonly reason: string;
  readonly message: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  /** Empty if it is not named. */
  readonly container: string;
  /** Empty if it is not named. */
  readonly node: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Grows with each event of the cluster. */
  readonly order: number;
}

/** What is known of a pod. */
export interface PodFacts {
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The credential of its pull secret; undefined: that of the cluster. */
  readonly credential: string | undefined;
}

/** The settings and facts of the cluster. */
export interface LedgerPorts {
  readonly cluster: string;
  readonly credential: string;
  readonly mirrorHosts: readonly string[];
  readonly podOf: (event: Pick<PodEvent, 'pod' | 'podUid' | 'namespace'>) => PodFacts;
  /** Returns the runtime of a node; undefined if unknown: containerd. */
  readonly runtimeOf: (node: string) => NodeRuntime | undefined;
}

/** Turns the events of one cluster into pull attempts. */
export interface AttemptLedger {
  readonly nodes: NodeImages;
  /** Continues with what an earlier process stored. */
  restore(attempts: readonly PullAttempt[], events: readonly CountedEvent[]): void;
  /**
   * Counts events that arrived together. Events that were counted before change nothing.
   * @returns the attempts that are new or changed, and the counted events
   */
  count(events: readonly PodEvent[]): SpendingBatch;
  /** Forgets an event that the API server deleted. */
  forget(uid: string): void;
  /** Forgets open attempts and counted events before `at`, in milliseconds since the epoch. */
  forgetBefore(at: number): void;
}

/** The most attempts of one event that are listed one by one; the rest is one attempt that stands for several. */
const MAX_LISTED = 100;

/** An attempt whose end was not seen. */
interface OpenAttempt {
  readonly attempt: PullAttempt;
  /** The order of its event; undefined for an earlier occurrence of a repeated event. */
  readonly order: number | undefined;
}

/** The messages that start or end an attempt. */
type CountedMessage = Exclude<PullMessage, { readonly kind: 'back-off' }>;

/** Creates an empty ledger. */
export function createAttemptLedger(ports: LedgerPorts): AttemptLedger {
  return new Ledger(ports);
}

class Ledger implements AttemptLedger {
  readonly nodes = createNodeImages();
  readonly #ports: LedgerPorts;
  readonly #counted = new Map<string, CountedEvent>();
  /** By pod, container and image; oldest first. */
  readonly #open = new Map<string, OpenAttempt[]>();
  /** When a pull of an image on a node failed after its first request. */
  readonly #partial = new Map<string, number>();

  constructor(ports: LedgerPorts) {
    this.#ports = ports;
  }

  restore(attempts: readonly PullAttempt[], events: readonly CountedEvent[]): void {
    for (const event of events) this.#counted.set(event.uid, event);
    for (const attempt of attempts) {
      const { outcome, node, imageBytes: bytes, endedAt, startedAt } = attempt;
      if (outcome === 'open') {
        this.#openList(slotOf(attempt.key.split('/')[1] ?? '', attempt)).push({ attempt, order: 0 });
      }
      if (outcome !== 'pulled' && outcome !== 'present') continue;
      this.nodes.hold(node, { key: attempt.image, bytes }, { at: endedAt ?? startedAt, order: 0 });
    }
  }

  count(events: readonly PodEvent[]): SpendingBatch {
    const changed = new Map<string, PullAttempt>();
    const counted: CountedEvent[] = [];
    const facts = events.flatMap((event) => {
      const times = event.count - (this.#counted.get(event.uid)?.count ?? 0);
      const message = times > 0 ? parsePullMessage(event.reason, event.message) : undefined;
      if (!message || message.kind === 'back-off') return [];
      const now = { cluster: this.#ports.cluster, uid: event.uid, count: event.count, at: event.lastAt };
      this.#counted.set(event.uid, now);
      counted.push(now);
      return [{ event, message, times }];
    });
    // A repeated event has the order of its last occurrence: attempts are opened before any is closed.
    facts.sort((a, b) => phaseOf(a.message) - phaseOf(b.message) || a.event.order - b.event.order);
    for (const { event, message, times } of facts) {
      for (const attempt of this.#apply(event, message, times)) changed.set(attempt.key, attempt);
    }
    return { attempts: [...changed.values()], events: counted };
  }

  forget(uid: string): void {
    this.#counted.delete(uid);
  }

  forgetBefore(at: number): void {
    for (const [uid, event] of this.#counted) if (event.at < at) this.#counted.delete(uid);
    for (const [slot, list] of this.#open) {
      const kept = list.filter(({ attempt }) => attempt.startedAt >= at);
      if (kept.length === 0) this.#open.delete(slot);
      else this.#open.set(slot, kept);
    }
    for (const [key, failedAt] of this.#partial) if (failedAt < at) this.#partial.delete(key);
  }

  #apply(event: PodEvent, message: CountedMessage, times: number): PullAttempt[] {
    const runtime = this.#ports.runtimeOf(event.node) ?? USUAL_RUNTIME;
    const image = readImage(message.image, this.#ports.mirrorHosts, runtime.runtime);
    if (message.kind === 'pulling') return this.#start(event, image, times);
    if (message.kind === 'present') {
      this.nodes.hold(
        event.node,
        { key: image.key, bytes: undefined },
        { at: event.lastAt, order: event.order },
      );
      const attempt = this.#create(event, image, event.count, event.lastAt, times);
      return [{ ...attempt, outcome: 'present', endedAt: event.lastAt, pulls: { low: 0, high: 0 } }];
    }
    return this.#take(event, image, times).map((open) =>
      message.kind === 'failed'
        ? this.#fail(event, image, message, open)
        : this.#succeed(event, image, message, open, runtime),
    );
  }

  /** Opens an attempt for each occurrence of an event. */
  #start(event: PodEvent, image: PulledImage, times: number): PullAttempt[] {
    const list = this.#openList(slotOf(event.podUid, { ...event, image: image.name }));
    const listed = Math.min(times, MAX_LISTED);
    return Array.from({ length: listed }, (_, i) => {
      const number = event.count - listed + 1 + i;
      const isLast = number === event.count;
      const lump = i === 0 ? times - listed + 1 : 1;
      const attempt = this.#create(event, image, number, momentOf(event, number), lump);
      list.push({ attempt, order: isLast ? event.order : undefined });
      return attempt;
    });
  }

  /** Takes the oldest open attempts of a container; creates those that were not seen to start. */
  #take(event: PodEvent, image: PulledImage, times: number): OpenAttempt[] {
    const slot = slotOf(event.podUid, { ...event, image: image.name });
    const taken = this.#openList(slot).splice(0, times);
    if (this.#openList(slot).length === 0) this.#open.delete(slot);
    const missing = times - taken.length;
    if (missing <= 0) return taken;
    const attempt = this.#create(event, image, event.count, event.lastAt, missing);
    return [...taken, { attempt, order: undefined }];
  }

  #fail(event: PodEvent, image: PulledImage, message: FailedMessage, { attempt }: OpenAttempt): PullAttempt {
    const { refusal, isFree } = message;
    if (!isFree) this.#partial.set(partOf(event.node, image), event.lastAt);
    const pulls = priceFailure(image, isFree, refusal !== undefined);
    return {
      ...attempt,
      endedAt: event.lastAt,
      outcome: refusal ? 'refused' : 'failed',
      refusal: refusal && (image.origin === 'other' ? 'other_registry' : refusal),
      pulls: times(pulls, attempt.attempts),
    };
  }

  #succeed(
    event: PodEvent,
    image: PulledImage,
    { imageBytes, hasWaited }: PulledMessage,
    { attempt, order }: OpenAttempt,
    runtime: NodeRuntime,
  ): PullAttempt {
    const { node, lastAt } = event;
    const held = this.nodes.held(
      node,
      { key: image.key, bytes: imageBytes },
      { at: attempt.startedAt, order, hasWaited },
    );
    const hasFailed = this.#partial.delete(partOf(node, image));
    const isShared = this.nodes.mayShareContent(node, image.key, imageBytes);
    const savedGets = isShared ? Number.POSITIVE_INFINITY : Number(hasFailed);
    this.nodes.hold(node, { key: image.key, bytes: imageBytes }, { at: lastAt, order: event.order });
    return {
      ...attempt,
      endedAt: lastAt,
      outcome: 'pulled',
      pulls: times(pricePull(image, runtime, { held, savedGets }), attempt.attempts),
      imageBytes,
    };
  }

  #create(
    event: PodEvent,
    image: PulledImage,
    number: number,
    startedAt: number,
    attempts: number,
  ): PullAttempt {
    const { cluster, credential } = this.#ports;
    const pod = this.#ports.podOf(event);
    return {
      key: `${cluster}/${event.podUid}/${event.uid}/${number}`,
      cluster,
      namespace: event.namespace,
      pod: event.pod,
      workload: pod.workload,
      container: event.container,
      node: event.node,
      image: image.name,
      credential: image.origin === 'other' ? '' : (pod.credential ?? credential),
      labels: pod.labels,
      startedAt,
      endedAt: undefined,
      outcome: 'open',
      refusal: undefined,
      attempts,
      pulls: times({ low: 0, high: image.cold.high }, attempts),
      imageBytes: undefined,
    };
  }

  #openList(slot: string): OpenAttempt[] {
    const found = this.#open.get(slot);
    if (found) return found;
    const list: OpenAttempt[] = [];
    this.#open.set(slot, list);
    return list;
  }
}

const CONTAINERD: Runtime = 'containerd';
const USUAL_RUNTIME: NodeRuntime = { runtime: CONTAINERD, requestsAgain: false };

function phaseOf({ kind }: PullMessage): number {
  return kind === 'pulling' ? 0 : 1;
}

function slotOf(podUid: string, { container, image }: { container: string; image: string }): string {
  return `${podUid} ${container} ${image}`;
}

function partOf(node: string, { key }: PulledImage): string {
  return `${node} ${key}`;
}

/** Returns when an occurrence of a repeated event happened; between the first and the last one they are spread evenly. */
function momentOf({ count, firstAt, lastAt }: PodEvent, number: number): number {
  if (number >= count) return lastAt;
  return Math.round(firstAt + ((lastAt - firstAt) * (number - 1)) / (count - 1));
}

function times({ low, high }: { low: number; high: number }, count: number) {
  return { low: low * count, high: high * count };
}

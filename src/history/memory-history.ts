import type { AlertDocument, AlertEvent, AlertStore } from '../domain/alerts/lifecycle/alert-store.ts';
import { takeSnapshot } from '../domain/credential-snapshot.ts';
import {
  advance,
  type CredentialIdentity,
  type CredentialState,
  initialState,
} from '../domain/credential-state.ts';
import { addProbe, type RecentProbes } from '../domain/history/query.ts';
import type { Observation, Result } from '../domain/result.ts';
import { shiftMoments } from '../domain/shift-moments.ts';
import type { Clock } from '../kit/clock.ts';
import { createEventFeed, type EventFeed } from '../kit/event-feed.ts';
import type { Log } from '../kit/log.ts';
import type { History, ResultListener } from './history.ts';

/** The dependencies of a history in memory. */
interface MemoryHistoryPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Returns the stored state of a credential that is new here. Default: an empty state. */
  readonly restore?: (identity: CredentialIdentity) => CredentialState;
}

/** Creates a history that keeps the state of each credential in memory. */
export function createMemoryHistory(ports: MemoryHistoryPorts): History {
  return new MemoryHistory(ports);
}

class MemoryHistory implements History {
  readonly #clock: Clock;
  readonly #feed: EventFeed<Result>;
  readonly #recall: (identity: CredentialIdentity) => CredentialState;
  /** In the order of the configuration. */
  #states = new Map<string, CredentialState>();
  /** The cached result of `states()`; undefined since the last change. */
  #list: readonly CredentialState[] | undefined;
  #version = 0;
  /** The anonymous credential that last reported a limit; a search at each record would not scale. */
  #newestAnonymous: string | undefined;

  constructor({ clock, log, restore: recall = initialState }: MemoryHistoryPorts) {
    this.#clock = clock;
    this.#recall = recall;
    this.#feed = createEventFeed((error, { credential }) =>
      log.error('A listener to results failed', { credential, error }),
    );
  }

  apply(identities: readonly CredentialIdentity[]): void {
    const before = this.#states;
    this.#states = new Map(
      identities.map((identity) => {
        const old = before.get(identity.name);
        const isSame = old?.identity.fingerprint === identity.fingerprint;
        return [identity.name, old && isSame ? old : this.#recall(identity)];
      }),
    );
    this.#newestAnonymous = newestAnonymous(this.#states.values());
    this.#changed();
  }

  record(observation: Observation): Result | undefined {
    const state = this.#states.get(observation.credential);
    if (!state) return undefined;
    const next = advance(state, observation, this.#anonymousLimit());
    this.#states.set(observation.credential, next);
    if (!next.identity.hasLogin && next.latest.outcome.kind === 'limited') {
      this.#newestAnonymous = observation.credential;
    }
    this.#changed();
    this.#feed.publish(next.latest);
    return next.latest;
  }

  clockJumped(byMs: number): void {
    for (const [name, state] of this.#states) {
      // The identity stays the same object: it is a key of a WeakMap.
      this.#states.set(name, { ...shiftMoments(state, byMs), identity: state.identity });
    }
    this.#changed();
  }

  states(): readonly CredentialState[] {
    this.#list ??= [...this.#states.values()];
    return this.#list;
  }

  state(name: string): CredentialState | undefined {
    return this.#states.get(name);
  }

  version(): number {
    return this.#version;
  }

  subscribe(listener: ResultListener): () => void {
    return this.#feed.subscribe(listener);
  }

  /** Returns the limit unless it is outdated: only a current limit shows whether a login is metered as anonymous. */
  #anonymousLimit(): number | undefined {
    const state = this.#newestAnonymous === undefined ? undefined : this.#states.get(this.#newestAnonymous);
    return state && takeSnapshot(state, this.#clock.now()).limited?.limit;
  }

  #changed(): void {
    this.#list = undefined;
    this.#version += 1;
  }
}

function newestAnonymous(states: Iterable<CredentialState>): string | undefined {
  let newest: CredentialState | undefined;
  for (const state of states) {
    if (state.identity.hasLogin || state.known?.outcome.kind !== 'limited') continue;
    if (newest === undefined || state.known.at > (newest.known?.at ?? 0)) newest = state;
  }
  return newest?.identity.name;
}

/** The default of the maximum number of events. */
const MAX_EVENTS = 2_000;

/**
 * Creates an alert store in memory, which is empty after a restart.
 * @param mostEvents the maximum number of events; the oldest are removed first. Default 2,000
 */
export function createMemoryAlertStore(mostEvents = MAX_EVENTS): AlertStore {
  const documents = new Map<string, AlertDocument>();
  let events: readonly AlertEvent[] = [];
  return {
    load: () => [...documents.values()],
    onRecall: () => undefined,
    commit(changes) {
      for (const document of changes.put) documents.set(keyOf(document), document);
      for (const document of changes.remove) documents.delete(keyOf(document));
      events = [...events, ...changes.events].slice(-mostEvents);
    },
    events: (from, to, limit) => {
      const inRange = events.filter(({ at }) => at >= from && at < to);
      return inRange.slice(Math.max(0, inRange.length - limit));
    },
  };
}

function keyOf({ kind, key }: Pick<AlertDocument, 'kind' | 'key'>): string {
  return `${kind} ${key}`;
}

/** Returns the newest probes of a credential; undefined if there is no such credential. */
type GetRecentProbes = (name: string) => RecentProbes | undefined;

const NONE: RecentProbes = { newest: [], failures: [] };

/** Collects the newest probes of every credential in memory; they are dropped if the credential changes. */
export function collectRecentProbes(history: Pick<History, 'state' | 'subscribe'>): GetRecentProbes {
  const remembered = new WeakMap<CredentialIdentity, RecentProbes>();
  history.subscribe(({ credential, at, durationMs, outcome }) => {
    const identity = history.state(credential)?.identity;
    if (!identity) return;
    remembered.set(identity, addProbe(remembered.get(identity) ?? NONE, { at, durationMs, outcome }));
  });
  return (name) => {
    const state = history.state(name);
    return state && (remembered.get(state.identity) ?? NONE);
  };
}

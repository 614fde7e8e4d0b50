import type { CredentialIdentity, CredentialState } from '../domain/credential-state.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';
import type { SpentHour } from '../domain/forecast/weekly-profile.ts';
import type { Observation, Result } from '../domain/result.ts';

/** The current state of every credential. Metrics, pages and the API read it, independently of the backend. */
export interface History {
  /**
   * Sets the configured credentials, at start and at each reload. A credential with the same name and fingerprint keeps its
   * state, a changed one starts with an empty state, the others are removed.
   */
  apply(identities: readonly CredentialIdentity[]): void;

  /**
   * Updates the state with an observation and notifies the subscribers.
   * @returns the result; undefined if the credential is unknown, for example since a reload has removed it
   */
  record(observation: Observation): Result | undefined;

  /**
   * Shifts all stored times by `byMs` milliseconds after the wall clock was set, so that values keep their age.
   */
  clockJumped(byMs: number): void;

  /** Returns all states in the order of the configuration; the same array until a state changes. */
  states(): readonly CredentialState[];

  /** Returns the state of a credential; undefined if there is none of this name. */
  state(name: string): CredentialState | undefined;

  /** Returns a number that grows with every change, as a key for caches of values derived from the states. */
  version(): number;

  /**
   * Calls the listener with each result after it has been recorded.
   * @returns a function that ends the subscription
   */
  subscribe(listener: ResultListener): () => void;
}

/** Receives each result. An error of a listener is logged and does not affect the other listeners. */
export type ResultListener = (result: Result) => void;

/** Recent samples of a persistent history, with which forecasts start. */
export interface RecentSamples {
  /**
   * Returns the samples of a credential since `from`; failures may be omitted.
   * @param from milliseconds since the epoch
   * @returns the samples in the order of time, or a promise of them if they are requested from another process or thread
   * @throws Error if they cannot be read, or rejects with it; forecasts then start without them
   */
  recentSamples(
    identity: CredentialIdentity,
    from: number,
  ): readonly SeriesPoint[] | Promise<readonly SeriesPoint[]>;
}

/** Past spending of a persistent history, from which weekly profiles are built. */
export interface PastSpending {
  /** The interval at which the data should be read again, in milliseconds. */
  readonly refreshEveryMs: number;
  /**
   * Returns the pulls spent per hour in the bucket of a source, as observed by one credential. Hours with several sources,
   * or without a probe, are omitted.
   * @param source undefined for the hours in which the hub reported no source
   * @param from milliseconds since the epoch
   * @returns the hours in the order of time, or a promise of them if they are requested from another process or thread
   * @throws Error if they cannot be read, or rejects with it
   */
  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): readonly SpentHour[] | Promise<readonly SpentHour[]>;
}

/** Stores small values over restarts; losing a value does no harm. */
export interface KeyValueStore {
  /** Returns the last value that was written for a key; undefined if there is none. */
  read(key: string): unknown;
  /**
   * Stores a value.
   * @param value a value that can be converted to JSON
   */
  write(key: string, value: unknown): void;
}

/** Creates a store in memory, which is empty after a restart. */
export function createMemoryKeyValueStore(): KeyValueStore {
  const values = new Map<string, unknown>();
  return { read: (key) => values.get(key), write: (key, value) => void values.set(key, value) };
}

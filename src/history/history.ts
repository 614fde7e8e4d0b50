import type { CredentialIdentity, CredentialState } from '../domain/credential-state.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';
import type { SpentHour } from '../domain/forecast/weekly-profile.ts';
import type { Observation, Result } from '../domain/result.ts';

/** What is known of every credential. Whatever keeps it, metrics, pages and the API read this. */
export interface History {
  /**
   * Takes over the configured credentials, at start and at each reload. A credential whose name and fingerprint are
   * unchanged keeps its state, a changed one starts anew, one that is gone is forgotten.
   */
  apply(identities: readonly CredentialIdentity[]): void;

  /**
   * Folds one observation in and tells the listeners.
   * @returns what it meant; undefined when the credential is unknown, such as one that a reload removed meanwhile
   */
  record(observation: Observation): Result | undefined;

  /**
   * Moves what is known in time, after the wall clock was set by `byMs` milliseconds: it keeps its age.
   */
  clockJumped(byMs: number): void;

  /** All states in the order of the configuration: the same array until something changes. */
  states(): readonly CredentialState[];

  /** The state of one credential by its name. */
  state(name: string): CredentialState | undefined;

  /** A number that grows with every change, so that what was made from the states can be kept until then. */
  version(): number;

  /**
   * Calls the listener with each result, after it has been recorded.
   * @returns ends the subscription
   */
  subscribe(listener: ResultListener): () => void;
}

/** Hears of each result. One that throws is logged, and harms nobody else. */
export type ResultListener = (result: Result) => void;

/** What a history that outlasts the process gives to forecasts after a start. */
export interface RecentSamples {
  /**
   * What a credential's results of the last hours said of its limit; failures may be left out.
   * @param from milliseconds since the epoch
   * @returns in the order of time; empty when there are none. At once, or later where somebody else has to be asked
   * @throws Error when they cannot be read, or rejects with it; the forecasts then begin anew
   */
  recentSamples(
    identity: CredentialIdentity,
    from: number,
  ): readonly SeriesPoint[] | Promise<readonly SeriesPoint[]>;
}

/** What a history that outlasts the process tells of the weeks before. */
export interface PastSpending {
  /** How often it is worth asking again, in milliseconds. */
  readonly refreshEveryMs: number;
  /**
   * What was spent in each past hour, as one credential saw it, of the bucket it had with this source. Hours in which it
   * reported another source too, or in which nobody looked, are not there.
   * @param source undefined for the hours in which the hub named none
   * @param from milliseconds since the epoch
   * @returns in the order of time; empty when there are none. At once, or later where somebody else has to be asked
   * @throws Error when they cannot be read, or rejects with it
   */
  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): readonly SpentHour[] | Promise<readonly SpentHour[]>;
}

/** Small things that are good to know after a restart, and no harm to lose. */
export interface KeyValueStore {
  /** What was written last under a key; undefined where nothing is known. */
  read(key: string): unknown;
  /** @param value anything that JSON can say */
  write(key: string, value: unknown): void;
}

/** Notes that last as long as the process. */
export function createMemoryKeyValueStore(): KeyValueStore {
  const values = new Map<string, unknown>();
  return { read: (key) => values.get(key), write: (key, value) => void values.set(key, value) };
}

import type { CredentialIdentity, CredentialState } from '../domain/credential-state.ts';
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

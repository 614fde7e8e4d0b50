import type { Refusal } from './pull-attempt.ts';
import type { SpendingQuery, SpendingReport } from './spending-report.ts';
import type { UsageSpan } from './usage-store.ts';
import type { UsageGroup, UsageSummary } from './usage-summary.ts';

/** A bucket whose spending can be queried. */
export interface SpendingBucket {
  /** The source as Docker Hub reports it; the name of the credential if it reports none. */
  readonly id: string;
  /** The credentials that draw on it, in the order of the configuration. */
  readonly credentials: readonly string[];
}

/** Returns the bucket with a source, or with a credential of this name; undefined if there is none. */
export function bucketNamed(buckets: readonly SpendingBucket[], name: string): SpendingBucket | undefined {
  return buckets.find(({ id, credentials }) => id === name || credentials.includes(name));
}

/** Pods of one workload that cannot start because a registry refuses a pull. */
export interface WaitingPods {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly image: string;
  /** The credential whose bucket they draw on; empty for another registry. */
  readonly credential: string;
  readonly refusal: Refusal;
  /** The number of pods. */
  readonly pods: number;
  /** When the first of them was refused, in milliseconds since the epoch. */
  readonly since: number;
}

/** How well a cluster can be read. */
export interface ClusterStatus {
  readonly name: string;
  /** Whether its events are read now. */
  readonly isWatching: boolean;
  /** Why a part of it cannot be read, and what is needed: sentences without a full stop. Empty: everything can be read. */
  readonly problems: readonly string[];
  /** When the newest event arrived, in milliseconds since the epoch; undefined before the first. */
  readonly lastEventAt: number | undefined;
}

/** A query for who pulled by Docker's usage reports. Instants are milliseconds since the epoch. */
export interface UsageQuery extends UsageSpan {
  readonly by: UsageGroup;
}

/** Who pulled by Docker's usage reports. Addresses are as they were stored: masked if that is configured. */
export type UsageReport = Pick<UsageSummary, 'by' | 'pulls' | 'totals'>;

/** Determines who spends the pulls. Pages, the API, messages and metrics read it. */
export interface SpendingService {
  /** Reports whether the section `spending` is configured. */
  isOn(): boolean;
  /** Returns the buckets of the configured credentials. */
  buckets(): readonly SpendingBucket[];
  /**
   * Returns who spent the pulls of a bucket. The range is extended to whole slots.
   * @returns undefined if there is no such bucket
   * @throws HistoryQueryError if the range is empty
   * @throws HistoryUnavailableError if the history cannot be read now
   */
  report(query: SpendingQuery): Promise<SpendingReport | undefined>;
  /**
   * Returns who pulled by Docker's usage reports, in the hours that begin in a range.
   * @returns undefined if no folder of reports is configured
   * @throws HistoryUnavailableError if the history cannot be read now
   */
  usage(query: UsageQuery): Promise<UsageReport | undefined>;
  /** Returns the pods that wait now, most pods first. */
  waiting(): readonly WaitingPods[];
  /** Returns the configured clusters. */
  clusters(): readonly ClusterStatus[];
}

import type { Refusal } from './pull-attempt.ts';

/** The attempts of one namespace since Headroom started. */
export interface NamespaceCount {
  readonly cluster: string;
  /** `other` for the sum of all namespaces without a series of their own. */
  readonly namespace: string;
  readonly attempts: number;
  readonly refused: Readonly<Partial<Record<Refusal, number>>>;
}

/** The pods of one namespace that cannot start because Docker Hub refuses a pull. */
export interface WaitingCount extends Pick<NamespaceCount, 'cluster' | 'namespace'> {
  readonly pods: number;
}

/** The values of the metrics about spending. */
export interface SpendingFacts {
  readonly namespaces: readonly NamespaceCount[];
  /** With 0 for each namespace in `namespaces` without waiting pods. */
  readonly waiting: readonly WaitingCount[];
  /** The explained share of what the bucket of each credential lost in its newest window, from 0 to 1. */
  readonly explained: ReadonlyMap<string, number>;
}

/** The values while nothing is configured. */
export const NO_SPENDING: SpendingFacts = { namespaces: [], waiting: [], explained: new Map() };

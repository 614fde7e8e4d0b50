import type { BudgetStatus } from './budget.ts';
import type { CacheStatus } from './cache-leak.ts';
import type { Refusal } from './pull-attempt.ts';
import type { Budget } from './spending-config.ts';
import type { ClusterStatus, WaitingPods } from './spending-service.ts';
import type { WaitingWords } from './spending-words.ts';

/** A configured budget. */
export interface BudgetEntry {
  readonly budget: Budget;
  /** How the team stands; undefined while no usage is known. */
  readonly status: BudgetStatus | undefined;
}

/** The pods that wait because a registry refuses a pull, and the clusters that they were read from. */
export interface PodRefusals {
  readonly waiting: readonly WaitingPods[];
  readonly clusters: readonly Pick<ClusterStatus, 'name' | 'isWatching'>[];
}

/** The pods of a bucket that Docker Hub refuses although the bucket has pulls left. */
export interface RefusedPods extends WaitingWords {
  readonly reasons: readonly Refusal[];
  /** The names of their clusters. */
  readonly clusters: readonly string[];
  /** Other sources that Headroom watches and that have no pulls left: the pods may draw on them. */
  readonly exhausted: readonly string[];
}

/** What alerts and metrics need of spending. */
export interface WatchedSpending {
  readonly budgets: readonly BudgetEntry[];
  /** The caches that have been read. */
  readonly caches: readonly CacheStatus[];
  /** Returns the refused pods, for alerts; undefined without clusters. Default: there are none. */
  readonly refusals?: () => PodRefusals | undefined;
}

/** The facts where no spending is configured. */
export const NOTHING_WATCHED: WatchedSpending = { budgets: [], caches: [] };

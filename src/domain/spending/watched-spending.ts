import type { BudgetStatus } from './budget.ts';
import type { CacheStatus } from './cache-leak.ts';
import type { Budget } from './spending-config.ts';

/** A configured budget. */
export interface BudgetEntry {
  readonly budget: Budget;
  /** How the team stands; undefined while no usage is known. */
  readonly status: BudgetStatus | undefined;
}

/** What alerts and metrics need of spending. */
export interface WatchedSpending {
  readonly budgets: readonly BudgetEntry[];
  /** The caches that have been read. */
  readonly caches: readonly CacheStatus[];
}

/** The facts where no spending is configured. */
export const NOTHING_WATCHED: WatchedSpending = { budgets: [], caches: [] };

/**
 * What an account pays. `personal` is metered; `paid` (Pro, Team, Business) and `organization` (an organisation access
 * token: its user name is the organisation's) are not.
 */
export type Plan = 'personal' | 'paid' | 'organization';

/** The plans, for messages and choices. */
export const PLANS = ['personal', 'paid', 'organization'] as const satisfies readonly Plan[];

/** An account as it is added. */
export interface NewAccount {
  /** The user name, or the organisation's. */
  readonly name: string;
  /** Password or access token: the simulator does not care which. */
  readonly password: string;
  /** `personal` unless said otherwise. */
  readonly plan?: Plan;
  /** What answers of 2021 to 2025 call the account; made from the name unless given. */
  readonly uuid?: string;
  /** Private repositories it may pull beside those of its own namespace. */
  readonly repositories?: readonly string[];
}

/** An account of the simulated hub. */
export type Account = Required<NewAccount>;

/** Whether an account may pull from a private repository. */
export function mayPull(account: Account, repository: string): boolean {
  return repository.startsWith(`${account.name}/`) || account.repositories.includes(repository);
}

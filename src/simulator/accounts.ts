import { createHash } from 'node:crypto';
import type { ImageStore } from './images/catalogue.ts';

/**
 * What an account pays. `personal` is metered; `paid` (Pro, Team, Business) and `organization` (an organisation access
 * token: its user name is the organisation's) are not.
 */
type Plan = 'personal' | 'paid' | 'organization';

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

/** What a login comes to. `locked`: the user name failed too often, and even the right password fails for a while. */
type LoginAnswer =
  | { readonly kind: 'accepted'; readonly account: Account }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked' };

/** The accounts of the simulated hub and who of them is locked out. */
export interface Accounts {
  /** Adds an account, or replaces the one of that name. */
  add(account: NewAccount): Account;
  /** Returns whether there was one. */
  remove(name: string): boolean;
  find(name: string): Account | undefined;
  list(): readonly Account[];
  /** Tries a password. A failure counts towards the lock-out of the user name, whether or not it exists. */
  login(name: string, password: string, now: number): LoginAnswer;
}

/** When a user name is locked out. */
export interface LockOut {
  /** Failed logins within `lockOutMs` after which the name is locked. Docker does not publish its number. */
  readonly failures: number;
  /** How long the name stays locked, in milliseconds: 10 minutes (Docker's staff, hub-feedback 2201, 2022). */
  readonly durationMs: number;
}

/** Five failures lock a name for ten minutes. */
export const LOCK_OUT: LockOut = { failures: 5, durationMs: 600_000 };

/** Most user names whose failures are remembered; the oldest is forgotten first. */
const MAX_FAILED_NAMES = 10_000;

interface Failures {
  count: number;
  lastAt: number;
}

/** Starts without accounts. */
export function createAccounts(lockOut: LockOut = LOCK_OUT): Accounts {
  const accounts = new Map<string, Account>();
  const failures = new Map<string, Failures>();

  function fail(name: string, now: number): void {
    const count = (failures.get(name)?.count ?? 0) + 1;
    failures.delete(name);
    failures.set(name, { count, lastAt: now });
    const oldest = failures.keys().next().value;
    if (failures.size > MAX_FAILED_NAMES && oldest !== undefined) failures.delete(oldest);
  }

  return {
    add(account) {
      const added = completeAccount(account);
      accounts.set(added.name, added);
      return added;
    },
    remove: (name) => accounts.delete(name),
    find: (name) => accounts.get(name),
    list: () => [...accounts.values()],
    login(name, password, now) {
      const failed = failures.get(name);
      if (failed && now - failed.lastAt >= lockOut.durationMs) failures.delete(name);
      else if (failed && failed.count >= lockOut.failures) return { kind: 'locked' };
      const account = accounts.get(name);
      if (account?.password === password) {
        failures.delete(name);
        return { kind: 'accepted', account };
      }
      fail(name, now);
      return { kind: 'wrong' };
    },
  };
}

function completeAccount(account: NewAccount): Account {
  return {
    name: account.name,
    password: account.password,
    plan: account.plan ?? 'personal',
    uuid: account.uuid ?? uuidOf(account.name),
    repositories: account.repositories ?? [],
  };
}

/** The same name has the same UUID in every simulator, so that dashboards can be compared between runs. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(`account ${name}`).digest('hex');
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return groups.join('-');
}

/** Whether a repository exists and may be pulled from: by everybody, or by this account. */
export function isReadable(images: ImageStore, repository: string, account: Account | undefined): boolean {
  const traits = images.repository(repository);
  if (!traits) return false;
  return traits.visibility === 'public' || (account !== undefined && mayPull(account, repository));
}
